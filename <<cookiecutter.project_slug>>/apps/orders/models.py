"""Customers and their orders: the reference domain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.api.errors import NotFound
from apps.api.querysets import RowQuerySet
from apps.orders.choices import OrderStatus
from apps.orders.rows import (
    CUSTOMER_COLUMNS,
    ITEM_COLUMNS,
    ORDER_COLUMNS,
    CustomerRow,
    ItemValues,
    OrderRow,
    customer_row,
    item_values,
    order_row,
    order_values,
)

MAX_QUANTITY = 10_000


class CustomerQuerySet(RowQuerySet["Customer", CustomerRow]):
    """Every read of customers."""

    def for_user(self, user: User) -> Self:
        """The customers that `user` looks after."""
        return self.filter(owner=user)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def with_order_count(self) -> Self:
        """Annotate `order_count` by a subquery, which runs only for the rows of the page."""
        orders = Order.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        return self.annotate(order_count=Coalesce(Subquery(orders.annotate(count=Count("pk")).values("count")), 0))

    def locked(self, pk: int) -> "Customer":
        """Return the customer, whom nobody else can change or delete until the transaction ends.

        Raises:
            NotFound: not among these customers.
        """
        for customer in self.select_for_update(no_key=True).filter(pk=pk).order_by():
            return customer
        raise NotFound

    def rows(self) -> list[CustomerRow]:
        """Plain rows of these customers. One query."""
        return [customer_row(*values) for values in self.values_list(*CUSTOMER_COLUMNS)]


class Customer(models.Model):
    """Somebody who buys, looked after by one user."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="customers",
        db_index=False,  # customer_by_owner begins with it
    )
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail address")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["owner", "-created_at", "-id"], name="customer_by_owner")]

    def __str__(self) -> str:
        return self.name

    def as_row(self) -> CustomerRow:
        """Return the customer as the API shows it. No query."""
        return customer_row(self.pk, self.name, self.email, self.created_at)


class OrderQuerySet(RowQuerySet["Order", OrderRow]):
    """Every read of orders."""

    def for_user(self, user: User) -> Self:
        """The orders that `user` looks after."""
        return self.filter(owner=user)

    def shippable_by(self, user: User) -> Self:
        """The orders that `user` may ship: all for staff, else those with the object permission `ship_order`."""
        if user.is_staff:
            return self
        permitted = get_objects_for_user(user, "ship_order", Order, accept_global_perms=False)
        return self.filter(pk__in=permitted.order_by().values("pk"))

    def pending(self) -> Self:
        return self.filter(status=OrderStatus.PENDING)

    def matching(
        self,
        *,
        status: str | None = None,
        customer: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Self:
        """The orders that fit every given filter; both times are exclusive."""
        filters = {
            "status": status,
            "customer_id": customer,
            "created_at__gt": created_after,
            "created_at__lt": created_before,
        }
        given = {name: value for name, value in filters.items() if value is not None}
        return self.filter(**given) if given else self

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def locked(self, pk: int) -> "Order":
        """Return the order with its customer; nobody else can change the order until the transaction ends.

        Raises:
            NotFound: not among these orders.
        """
        found = self.select_for_update(of=("self",), no_key=True).select_related("customer").filter(pk=pk)
        for order in found.order_by():
            return order
        raise NotFound

    def with_details(self) -> Self:
        """Load customers by a join and items with their products by one more query: two queries for any number."""
        items = OrderItem.objects.select_related("product").order_by("pk")
        return self.select_related("customer").prefetch_related(Prefetch("items", queryset=items))

    def with_summary(self) -> Self:
        """Annotate `item_count` and `total`, each by a subquery: a join would multiply the rows before counting."""
        items = OrderItem.objects.filter(order=OuterRef("pk")).order_by().values("order")
        return self.annotate(
            item_count=Subquery(items.annotate(count=Count("pk")).values("count")),
            total=Subquery(items.annotate(total=Sum(F("unit_price") * F("quantity"))).values("total")),
        )

    def counts_by_owner(self, owner_ids: Iterable[int]) -> Mapping[int, Mapping[str, int]]:
        """Return how many of these orders each owner has, by status. One query."""
        counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
        found = self.filter(owner__in=owner_ids).order_by().values_list("owner", "status").annotate(Count("pk"))
        for owner_id, status, count in found:
            counts[owner_id][status] = count
        return counts

    def rows(self) -> list[OrderRow]:
        """Plain rows of these orders with their customers and items. Two queries."""
        orders = list(self.values_list(*ORDER_COLUMNS))
        items = OrderItem.objects.values_by_order([order[0] for order in orders])
        return [order_row(*order, items=items[order[0]]) for order in orders]


class Order(models.Model):
    """What a customer ordered, at the prices of that time."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # order_by_owner begins with it
        editable=False,
        help_text="Looks after the customer.",  # kept here too, so that one index serves the list of their orders
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # order_by_customer begins with it
    )
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PENDING)
    shipping_address = models.TextField(max_length=500)
    tracking_number = models.CharField(max_length=100, blank=True)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [("ship_order", "Can ship order")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="order_newest"),
            models.Index(fields=["status", "-created_at", "-id"], name="order_by_status"),
            models.Index(fields=["owner", "-created_at", "-id"], name="order_by_owner"),
            models.Index(fields=["owner", "status", "-created_at", "-id"], name="order_by_owner_status"),
            models.Index(fields=["customer", "-created_at", "-id"], name="order_by_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.SHIPPED) | ~Q(tracking_number=""),
                name="order_shipped_with_tracking",
                violation_error_message="Tracking number required when shipping.",
            ),
        ]

    def __str__(self) -> str:
        return f"Order {self.pk}"

    def as_row(self, items: "Iterable[OrderItem] | None" = None) -> OrderRow:
        """Return the order as the API shows it: no query if `items` with their products are given, else one."""
        values = (
            OrderItem.objects.values_by_order([self.pk])[self.pk]
            if items is None
            else [item_values(item) for item in items]
        )
        return order_row(*order_values(self), items=values)


class OrderItemQuerySet(models.QuerySet["OrderItem"]):
    """Every read of order items."""

    def values_by_order(self, order_ids: Iterable[int]) -> Mapping[int, list[ItemValues]]:
        """Return the values of ITEM_COLUMNS for the items of these orders, by order. One query."""
        found: defaultdict[int, list[ItemValues]] = defaultdict(list)
        items = self.filter(order_id__in=order_ids).order_by("pk")
        for order_id, *values in items.values_list("order_id", *ITEM_COLUMNS):
            found[order_id].append(values)
        return found


class OrderItem(models.Model):
    """So many of one product, at its price when the order was made."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="items",
        db_index=False,  # order_item_product_once begins with it
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)])
    unit_price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])

    objects = OrderItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_item_product_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_item_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_item_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"
