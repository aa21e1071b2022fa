"""Customers and their orders: the reference domain."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.errors import DomainError, NotFound
from apps.orders.choices import TRANSITIONS, OrderStatus

MAX_QUANTITY = 10_000
MAX_FOUND = 1_000  # customers in a search of orders


class OwnedQuerySet[M: models.Model](models.QuerySet[M]):
    def for_user(self, user: User) -> Self:
        """Return the objects of `user`."""
        return self.filter(owner=user)

    def locked(self, pk: int) -> M:
        """Return the object, locked against changes until the transaction ends. Raises NotFound."""
        for found in self.select_for_update(of=("self",), no_key=True).filter(pk=pk).order_by():
            return found
        raise NotFound


class CustomerQuerySet(OwnedQuerySet["Customer"]):
    def search(self, text: str) -> Self:
        """Return the customers whose name or e-mail address contains `text`, in upper or lower case."""
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

    def with_order_count(self) -> Self:
        """Annotate `order_count` by a subquery, which runs only for the rows of the page."""
        orders = Order.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        return self.annotate(order_count=Coalesce(Subquery(orders.annotate(count=Count("pk")).values("count")), 0))


class Customer(models.Model):
    """A customer, managed by one user."""

    # db_index=False: an index of Meta begins with the column.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="customers", db_index=False
    )
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail address")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="customer_newest"),
            models.Index(fields=["owner", "-created_at", "-id"], name="customer_by_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class OrderQuerySet(OwnedQuerySet["Order"]):
    def shippable_by(self, user: User) -> Self:
        """Return the orders that `user` may ship: all for staff, else those with the object permission `ship_order`."""
        if user.is_staff:
            return self
        permitted = get_objects_for_user(user, "ship_order", Order, accept_global_perms=False)
        return self.filter(pk__in=permitted.order_by().values("pk"))

    def search(self, text: str) -> Self:
        """Return the order with this number or tracking number, and those of customers that `text` finds. One query.

        Of those customers it takes MAX_FOUND, by their ids: a condition on a joined table could use no index.
        """
        customers = Customer.objects.search(text).order_by().values_list("pk", flat=True)[:MAX_FOUND]
        found = Q(customer__in=list(customers)) | Q(tracking_number=text)
        if text.isdecimal() and int(text) <= models.BigIntegerField.MAX_BIGINT:
            found |= Q(pk=text)
        return self.filter(found)

    def counts_by_day(self, since: datetime) -> Mapping[date, int]:
        """Return how many of these orders were made on each day. One query."""
        days = self.filter(created_at__gte=since).order_by().values_list(TruncDate("created_at"))
        return dict(days.annotate(Count("pk")))

    def with_summary(self) -> Self:
        """Annotate `item_count` and `total`, each by a subquery: a join would multiply the rows before counting."""
        items = OrderItem.objects.filter(order=OuterRef("pk")).order_by().values("order")
        return self.annotate(
            item_count=Coalesce(Subquery(items.annotate(count=Count("pk")).values("count")), 0),
            total=Coalesce(Subquery(items.annotate(total=Sum("subtotal")).values("total")), Decimal(0)),
        )

    def with_details(self) -> Self:
        """Add to each order what the API shows: its summary, customer and items. Two queries for any number."""
        items = OrderItem.objects.select_related("product").order_by("pk")
        return self.with_summary().select_related("customer").prefetch_related(Prefetch("items", queryset=items))


class Order(models.Model):
    """An order of a customer, at the prices of that time."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # order_by_owner begins with it
        editable=False,
        help_text="The user who manages the customer.",  # copied from the customer, for one index that serves the list
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PENDING)
    shipping_address = models.TextField(max_length=500)
    tracking_number = models.CharField(max_length=100, blank=True)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    item_count: int  # annotated by `with_summary`, as is `total`
    total: Decimal

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
            models.Index(fields=["tracking_number"], condition=~Q(tracking_number=""), name="order_by_tracking_number"),
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

    @property
    def is_editable(self) -> bool:
        return self.status == OrderStatus.PENDING

    def can_become(self, status: OrderStatus) -> bool:
        """Return whether the order may get `status` now."""
        allowed, _ = TRANSITIONS[status]
        return self.status in allowed

    def become(self, status: OrderStatus) -> None:
        """Set `status` without saving. Raises DomainError if the present status does not allow it."""
        _, error = TRANSITIONS[status]
        if not self.can_become(status):
            raise DomainError(*error)
        self.status = status

    def with_new_items(self, items: "list[OrderItem]") -> Self:
        """Return the order with its first items and their summary set, to save the queries that would read them."""
        queryset = self.items.all()
        queryset._result_cache = items  # noqa: SLF001 - Django itself can only fill it by a query
        self._prefetched_objects_cache = {"items": queryset}
        self.item_count = len(items)
        self.total = sum((item.subtotal for item in items), Decimal(0))
        return self


class OrderItem(models.Model):
    """A quantity of one product, at its price when the order was made."""

    # The constraint order_item_product_once has an index that begins with it.
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)])
    unit_price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    subtotal = models.GeneratedField(
        expression=F("unit_price") * F("quantity"),
        output_field=models.DecimalField(max_digits=15, decimal_places=2),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_item_product_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_item_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_item_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"

    def capture_price(self, product: Product) -> Self:
        """Set the product, at its current price."""
        self.product = product
        self.unit_price = product.price
        return self
