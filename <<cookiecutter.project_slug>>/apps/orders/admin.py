"""Customers and orders for the people who run the shop.

What may happen to an order is decided by `apps.orders.services`, here as in the API: status, tracking number and the
time of the confirmation change through the actions only, and an order that is not pending any more is only looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import escape, format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.utils import display_for_label
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.catalog.models import Product
from apps.catalog.money import money_label
from apps.api.errors import ApiError
from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem

STATUS_COLOURS = {
    OrderStatus.PENDING: "warning",
    OrderStatus.CONFIRMED: "info",
    OrderStatus.SHIPPED: "success",
    OrderStatus.CANCELLED: "danger",
}

# Which actions the page of an order offers, by its status.
NEXT_STEPS: Mapping[str, set[str]] = {
    OrderStatus.PENDING: {"confirm", "cancel"},
    OrderStatus.CONFIRMED: {"ship", "cancel"},
}

# So many failed orders are named in one message.
NAMED_FAILURES = 20


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):
    list_display = ["name", "email", "owner", "orders_link", "created_at"]
    list_filter = ["created_at", ("owner", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["owner"]
    list_per_page = 50
    show_facets = ShowFacets.NEVER  # a count for each value of each filter
    search_fields = ["name", "email"]
    search_help_text = "Search by name or e-mail address"
    ordering = ["-created_at", "-id"]
    show_full_result_count = False

    fields = ["name", "email", "owner"]
    autocomplete_fields = ["owner"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Customer.objects.with_order_count()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The customer's orders belong to the same owner: it does not change under them.
        return ["owner", "created_at"] if obj else []

    @display(description="Orders")
    def orders_link(self, customer: Any) -> str:
        address = reverse("admin:orders_order_changelist", query={"customer__id__exact": customer.pk})
        return format_html('<a href="{}" class="text-link">{}</a>', address, customer.order_count)


class FixedText(forms.Widget):
    """Shows what cannot be changed any more, without asking the database again."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        return escape(self.text)


class OrderItemForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An item captures its product's price when it is added; from then on only the quantity can change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "product" in self.fields:
            self.fields["product"].disabled = True
            self.fields["product"].widget = FixedText(str(self.instance.product))

    def clean_product(self) -> Product:
        product: Product = self.cleaned_data["product"]
        if self.instance.pk is None:
            if not product.available:
                raise forms.ValidationError("%(product)s is not available.", params={"product": product})
            self.instance.unit_price = product.price
        return product


class OrderItemInline(TabularInline):
    model = OrderItem
    form = OrderItemForm
    fields = ["product", "quantity", "shown_unit_price", "shown_subtotal"]
    readonly_fields = ["shown_unit_price", "shown_subtotal"]
    autocomplete_fields = ["product"]
    verbose_name = "item"
    verbose_name_plural = "Items"
    show_title = False
    extra = 0
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product").order_by("pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    @display(description="Unit price")
    def shown_unit_price(self, item: OrderItem) -> str:
        return money_label(item.unit_price) if item.pk else ""

    @display(description="Subtotal")
    def shown_subtotal(self, item: OrderItem) -> str:
        return money_label(item.unit_price * item.quantity) if item.pk else ""


class OrderForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        widgets = {"shipping_address": UnfoldAdminTextareaWidget({"rows": 4})}


class ShipmentForm(BaseDialogForm):
    tracking_number = forms.CharField(
        max_length=100, required=False, widget=UnfoldAdminTextInputWidget, help_text="As the carrier gave it."
    )


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    list_display = ["number", "customer", "shown_status", "item_count", "shown_total", "owner", "created_at"]
    list_filter = [
        "status",
        "created_at",
        ("customer", AutocompleteSelectFilter),
        ("owner", AutocompleteSelectFilter),
    ]
    list_filter_submit = True
    list_per_page = 50
    show_facets = ShowFacets.NEVER  # a count for each value of each filter
    search_fields = ["id__exact", "customer__name", "customer__email", "tracking_number"]
    search_help_text = "Search by order number, customer or tracking number"
    ordering = ["-created_at", "-id"]
    show_full_result_count = False
    actions = ["confirm_selected", "cancel_selected"]

    form = OrderForm
    autocomplete_fields = ["customer"]
    inlines = [OrderItemInline]
    actions_detail = ("confirm", "ship", "cancel")  # type: ignore[assignment]  # see Unfold's default: an empty tuple

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Order.objects.with_summary().select_related("customer", "owner")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["customer", "shipping_address"]})]
        return [
            (None, {"fields": [("shown_status", "shown_total"), ("customer", "owner"), "shipping_address"]}),
            ("Progress", {"fields": [("created_at", "confirmation_sent_at"), "tracking_number"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["shown_status", "shown_total", "owner", "created_at", "confirmation_sent_at", "tracking_number"]
        return [*shown, "customer"] if obj else shown

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        pending = obj is None or obj.status == OrderStatus.PENDING
        return pending and super().has_change_permission(request, obj)

    def has_process_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may change orders may confirm, ship and cancel them."""
        return super().has_change_permission(request)

    # Columns

    @display(description="Order", ordering="id")
    def number(self, order: Order) -> str:
        return f"Order {order.pk}"

    @display(description="Status", ordering="status")
    def shown_status(self, order: Order) -> str:
        return display_for_label((order.status, order.get_status_display()), "", STATUS_COLOURS)

    @display(description="Items")
    def item_count(self, order: Any) -> int:
        return order.item_count or 0

    @display(description="Total", formatting="price")
    def shown_total(self, order: Any) -> str:
        return money_label(order.total or Decimal(0))

    # Saving

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ApiError as error:  # it was pending when the form was read, and is not any more; nothing is saved
            messages.error(request, error.detail)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if change:
            services.change_shipping_address(
                orders=Order.objects.all(), order_id=obj.pk, shipping_address=obj.shipping_address
            )
        else:
            obj.owner = obj.customer.owner
            obj.save()

    # Actions on a list

    @action(description="Confirm selected orders", permissions=["process"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._apply_to_each(request, queryset, services.confirm_order, "confirmed")

    @action(description="Cancel selected orders", permissions=["process"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._apply_to_each(request, queryset, services.cancel_order, "cancelled")

    def _apply_to_each(
        self, request: HttpRequest, queryset: QuerySet[Order], service: Callable[..., Order], done: str
    ) -> None:
        """Run `service`, a transaction of its own, for each order, and say what came of it."""
        succeeded = 0
        failed: defaultdict[str, list[int]] = defaultdict(list)
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                service(orders=Order.objects.all(), order_id=pk)
            except ApiError as error:
                failed[error.detail].append(pk)
            else:
                succeeded += 1
        if succeeded:
            messages.success(request, f"{succeeded} {'order' if succeeded == 1 else 'orders'} {done}.")
        for reason, pks in failed.items():
            names = ", ".join(f"Order {pk}" for pk in pks[:NAMED_FAILURES])
            more = f" and {len(pks) - NAMED_FAILURES} more" if len(pks) > NAMED_FAILURES else ""
            messages.error(request, f"{names}{more} not {done}: {reason}")

    # Actions on one order: buttons on its page, each of which asks first

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        order = self.get_object(request, str(object_id))
        possible = NEXT_STEPS.get(order.status, set()) if order else set()
        actions = super().get_actions_detail(request, object_id)
        return [action for action in actions if action.path in possible]

    @action(
        description="Confirm",
        permissions=["process"],
        icon="check",
        variant=ActionVariant.PRIMARY,
        dialog={"title": "Confirm this order?", "description": "The customer gets an e-mail that says so."},
    )
    def confirm(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return self._apply(request, object_id, services.confirm_order, orders=Order.objects.all())

    @action(
        description="Ship",
        permissions=["process"],
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        dialog={"title": "Ship this order", "form_class": ShipmentForm},
    )
    def ship(self, request: HttpRequest, form: ShipmentForm, object_id: str) -> HttpResponseBase:
        number = form.cleaned_data["tracking_number"]
        return self._apply(request, object_id, services.ship_order, user=request.user, tracking_number=number)

    @action(
        description="Cancel",
        permissions=["process"],
        icon="close",
        variant=ActionVariant.DANGER,
        dialog={"title": "Cancel this order?", "description": "This cannot be undone."},
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return self._apply(request, object_id, services.cancel_order, orders=Order.objects.all())

    def _apply(
        self, request: HttpRequest, object_id: str, service: Callable[..., Order], **arguments: Any
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        try:
            order = service(order_id=found.pk, **arguments)
        except ApiError as error:
            messages.error(request, error.errors[0].detail if error.errors else error.detail)
        else:
            messages.success(request, f"{order} is {order.get_status_display().lower()}.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_order_change", args=[found.pk])})
