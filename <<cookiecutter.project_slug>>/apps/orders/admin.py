"""Admin of customers and orders.

`apps.orders.services` decides what may happen to an order: status and tracking number change by actions only, and an
order that is not pending is read-only.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.catalog.admin import money
from apps.catalog.models import Product
from apps.database.paginator import BoundedPaginator
from apps.errors import DomainError
from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem

logger = logging.getLogger(__name__)

type Service = Callable[..., Order]

STATUS_COLOURS = {"pending": "warning", "confirmed": "info", "shipped": "success", "cancelled": "danger"}
# The status that each action on the page of an order leads to.
ACTIONS = {"confirm": OrderStatus.CONFIRMED, "ship": OrderStatus.SHIPPED, "cancel": OrderStatus.CANCELLED}


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):
    icon = "person"
    list_display = ["name", "email", "owner", "orders_link", "created_at"]
    list_filter = ["created_at", ("owner", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["owner"]
    show_full_result_count = False
    list_per_page = 50
    paginator = BoundedPaginator
    search_fields = ["name", "email"]
    search_help_text = "Search by name or e-mail address"
    fields = ["name", "email", "owner"]
    autocomplete_fields = ["owner"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Customer.objects.with_order_count()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["owner", "created_at"] if obj else []  # orders have the same owner as their customer

    @display(description="Orders")
    def orders_link(self, customer: Any) -> str:
        url = reverse("admin:orders_order_changelist", query={"customer__id__exact": customer.pk})
        return format_html('<a href="{}" class="text-link">{}</a>', url, customer.order_count)


class OrderItemForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A new item captures its product's price; afterwards only the quantity can change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "product" in self.fields:
            product = self.instance.product
            self.fields["product"].disabled = True
            self.fields["product"].widget = UnfoldAdminSelectWidget(choices=[(product.pk, product)])  # without a query

    def clean_product(self) -> Product:
        product: Product = self.cleaned_data["product"]
        if self.instance.pk is None:
            try:
                services.check_available([product])
            except DomainError as error:
                raise forms.ValidationError(str(error), error.code) from None
            self.instance.capture_price(product)
        return product


class OrderItemInline(TabularInline):
    model = OrderItem
    form = OrderItemForm
    fields = ["product", "quantity", "unit_price", "subtotal"]
    readonly_fields = ["unit_price", "subtotal"]
    autocomplete_fields = ["product"]
    show_title = False
    extra = 0
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product").order_by("pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class ShipmentForm(BaseDialogForm):
    tracking_number = forms.CharField(max_length=100, required=False, widget=UnfoldAdminTextInputWidget)


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    icon = "shopping_cart"
    list_display = ["__str__", "customer", "shown_status", "item_count", "shown_total", "owner", "created_at"]
    list_filter = ["status", "created_at", ("customer", AutocompleteSelectFilter), ("owner", AutocompleteSelectFilter)]
    list_filter_submit = True
    show_full_result_count = False
    list_per_page = 50
    paginator = BoundedPaginator
    search_fields = ["tracking_number"]  # shows the field; get_search_results does the work
    search_help_text = "Search by order number, tracking number, or a part of a customer's name or e-mail address"
    actions = ["confirm_selected", "cancel_selected"]
    autocomplete_fields = ["customer"]
    inlines = [OrderItemInline]
    actions_detail = tuple(ACTIONS)  # type: ignore[assignment]  # Unfold's default is an empty tuple

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Order.objects.with_summary().select_related("customer", "owner")

    def dashboard(self) -> dict[str, Any]:
        now = timezone.localtime()
        counts = Order.objects.counts_by_day(since=now - timedelta(days=30))
        days = [now.date() - timedelta(days=age) for age in reversed(range(30))]
        return {
            "orders_by_day": [(day, counts.get(day, 0)) for day in days],
            "orders_most": max(counts.values(), default=1),
        }

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["customer", "shipping_address"]})]
        return [
            (None, {"fields": [("status", "shown_total"), ("customer", "owner"), "shipping_address"]}),
            ("Progress", {"fields": [("created_at", "confirmation_sent_at"), "tracking_number"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["status", "shown_total", "owner", "created_at", "confirmation_sent_at", "tracking_number"]
        return [*shown, "customer"] if obj else shown

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_editable) and super().has_change_permission(request, obj)

    def has_process_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Return whether the user may confirm, ship and cancel orders."""
        return super().has_change_permission(request)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description="Items")
    def item_count(self, order: Order) -> int:
        return order.item_count

    @display(description="Total")
    def shown_total(self, order: Order) -> str:
        return money(order.total)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:  # the order has been processed since the form was read; nothing is saved
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            services.update_order(orders=Order.objects.all(), order_id=obj.pk, **changes)
        else:
            obj.owner = obj.customer.owner
            obj.save()

    @action(description="Confirm selected orders", permissions=["process"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._process_each(request, queryset, services.confirm_order, "confirmed")

    @action(description="Cancel selected orders", permissions=["process"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._process_each(request, queryset, services.cancel_order, "cancelled")

    def _process_each(self, request: HttpRequest, queryset: QuerySet[Order], service: Service, done: str) -> None:
        """Call `service`, a transaction of its own, for each order, and report the results."""
        succeeded = 0
        failed: defaultdict[str, list[int]] = defaultdict(list)
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                service(orders=Order.objects.all(), order_id=pk)
                succeeded += 1
            except DomainError as error:
                failed[str(error)].append(pk)
            except (OperationalError, InterfaceError):  # of the database, which all the others need too
                raise
            except Exception:
                logger.exception("Order %s could not be %s", pk, done)
                failed["An unexpected error: see the log."].append(pk)
        if succeeded:
            messages.success(request, f"{succeeded} {'order' if succeeded == 1 else 'orders'} {done}.")
        for reason, pks in failed.items():
            numbers = Truncator(", ".join(map(str, pks))).chars(200)
            messages.error(request, f"Order {numbers} not {done}: {reason}")

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        order = self.get_object(request, str(object_id))
        actions = super().get_actions_detail(request, object_id)
        return [action for action in actions if order and order.can_become(ACTIONS[str(action.path)])]

    @action(
        description="Confirm",
        permissions=["process"],
        icon="check",
        variant=ActionVariant.PRIMARY,
        dialog={"title": "Confirm this order?", "description": "The customer is sent an e-mail."},
    )
    def confirm(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return self._process(request, object_id, services.confirm_order)

    @action(
        description="Ship",
        permissions=["process"],
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        dialog={"title": "Ship this order", "form_class": ShipmentForm},
    )
    def ship(self, request: HttpRequest, form: ShipmentForm, object_id: str) -> HttpResponseBase:
        number = form.cleaned_data["tracking_number"]
        return self._process(request, object_id, services.ship_order, user=request.user, tracking_number=number)

    @action(
        description="Cancel",
        permissions=["process"],
        icon="close",
        variant=ActionVariant.DANGER,
        dialog={"title": "Cancel this order?", "description": "This cannot be undone."},
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return self._process(request, object_id, services.cancel_order)

    def _process(self, request: HttpRequest, object_id: str, service: Service, **arguments: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        try:
            order = service(orders=Order.objects.all(), order_id=found.pk, **arguments)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{order} is {order.get_status_display().lower()}.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_order_change", args=[found.pk])})
