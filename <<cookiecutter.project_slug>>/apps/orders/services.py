"""Every write to customers and orders: one function and one transaction for each thing that people do.

Functions that change an existing object take the QuerySet it must be found in, so that the caller says whose objects
are meant: `Order.objects.for_user(user)` in the API, all orders in the admin.
"""

from collections.abc import Sequence
from typing import TypedDict

from django.db import transaction

from apps.accounts.models import User
from apps.api.errors import ApiError, Conflict, FieldError, NotFound, PermissionDenied, ValidationFailed
from apps.catalog.models import Product

# % if cookiecutter.use_celery
from apps.orders import tasks

# % else
# % filter replace("#: ", "")
#: from apps.orders import emails
# % endfilter
# % endif
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, CustomerQuerySet, Order, OrderItem, OrderQuerySet

# % if cookiecutter.use_celery
from apps.outbox.services import enqueue

# % endif


class NewItem(TypedDict):
    """One line of an order to be made: a product's id and how many of it."""

    product: int
    quantity: int


def create_customer(*, owner: User, name: str, email: str) -> Customer:
    """Add a customer for `owner` to look after. One query."""
    return Customer.objects.create(owner=owner, name=name, email=email)


@transaction.atomic
def update_customer(*, customers: CustomerQuerySet, customer_id: int, **changes: str) -> Customer:
    """Change a customer's `name` or `email`. Two queries.

    Raises:
        NotFound: not among `customers`.
    """
    customer = customers.locked(customer_id)
    if changes:
        for field, value in changes.items():
            setattr(customer, field, value)
        customer.save(update_fields=list(changes))
    return customer


@transaction.atomic
def delete_customer(*, customers: CustomerQuerySet, customer_id: int) -> None:
    """Delete a customer who never ordered.

    Raises:
        NotFound: not among `customers`.
        Conflict: there are orders, which outlive the wish to tidy up.
    """
    customer = customers.locked(customer_id)
    if customer.orders.exists():
        raise Conflict(detail="A customer with orders cannot be deleted.")
    customer.delete()


@transaction.atomic
def create_order(
    *, owner: User, customer: int, shipping_address: str, items: Sequence[NewItem]
) -> tuple[Order, list[OrderItem]]:
    """Order `items` for one of `owner`'s customers, at today's prices. Four queries for any number of items.

    Returns:
        The order and its items, with customer and products loaded.

    Raises:
        ValidationFailed: no such customer or product, or a product twice.
        ApiError: `products_unavailable`, with their ids.
    """
    buyer = _buyer(owner, customer)
    products = _orderable_products(items)
    order = Order.objects.create(owner=owner, customer=buyer, shipping_address=shipping_address)
    lines = OrderItem.objects.bulk_create(
        OrderItem(
            order=order,
            product=products[item["product"]],
            quantity=item["quantity"],
            unit_price=products[item["product"]].price,
        )
        for item in items
    )
    return order, lines


@transaction.atomic
def change_shipping_address(*, orders: OrderQuerySet, order_id: int, shipping_address: str) -> Order:
    """Send a pending order elsewhere. Two queries.

    Raises:
        NotFound: not among `orders`.
        ApiError: `order_not_pending`.
    """
    order = orders.locked(order_id)
    if order.status != OrderStatus.PENDING:
        raise ApiError("order_not_pending", "Only pending orders can be changed.")
    order.shipping_address = shipping_address
    order.save(update_fields=["shipping_address"])
    return order


@transaction.atomic
def confirm_order(*, orders: OrderQuerySet, order_id: int) -> Order:
    """Accept a pending order and, once that is committed, send its confirmation. Two queries.

    Raises:
        NotFound: not among `orders`.
        ApiError: `order_not_pending`.
    """
    order = orders.locked(order_id)
    if order.status != OrderStatus.PENDING:
        raise ApiError("order_not_pending", "Only pending orders can be confirmed.")
    order.status = OrderStatus.CONFIRMED
    order.save(update_fields=["status"])
    # % if cookiecutter.use_celery
    enqueue(tasks.send_order_confirmation, order_id=order.pk)
    # % else
    # % filter replace("#: ", "")
    #: transaction.on_commit(lambda: emails.send_order_confirmation(order_id=order.pk), robust=True)
    # % endfilter
    # % endif
    return order


@transaction.atomic
def ship_order(*, user: User, order_id: int, tracking_number: str) -> Order:
    """Hand a confirmed order to the carrier. Two queries.

    Raises:
        NotFound: not an order that `user` may see or ship.
        PermissionDenied: an order that `user` may see but not ship.
        ValidationFailed: no tracking number.
        ApiError: `order_not_confirmed`.
    """
    try:
        order = Order.objects.shippable_by(user).locked(order_id)
    except NotFound:
        if Order.objects.for_user(user).filter(pk=order_id).exists():
            raise PermissionDenied from None
        raise
    if not tracking_number:
        raise ValidationFailed(FieldError("tracking_number", "required", "Tracking number required when shipping."))
    if order.status != OrderStatus.CONFIRMED:
        raise ApiError("order_not_confirmed", "Only confirmed orders can be shipped.")
    order.status = OrderStatus.SHIPPED
    order.tracking_number = tracking_number
    order.save(update_fields=["status", "tracking_number"])
    return order


@transaction.atomic
def cancel_order(*, orders: OrderQuerySet, order_id: int) -> Order:
    """Call off an order that has not left yet. Two queries.

    Raises:
        NotFound: not among `orders`.
        ApiError: `order_not_cancellable`.
    """
    order = orders.locked(order_id)
    if order.status not in {OrderStatus.PENDING, OrderStatus.CONFIRMED}:
        raise ApiError("order_not_cancellable", "Only pending or confirmed orders can be cancelled.")
    order.status = OrderStatus.CANCELLED
    order.save(update_fields=["status"])
    return order


def _buyer(owner: User, customer_id: int) -> Customer:
    """Return the customer, locked: deleting them waits until the order is there, and then finds it."""
    try:
        return Customer.objects.for_user(owner).locked(customer_id)
    except NotFound:
        raise ValidationFailed(FieldError("customer", "does_not_exist", "This customer does not exist.")) from None


def _orderable_products(items: Sequence[NewItem]) -> dict[int, Product]:
    """Return the products of `items` by id, in one query, or say everything that is wrong with them."""
    ids = [item["product"] for item in items]
    products = Product.objects.in_bulk(ids)
    errors = []
    for index, pk in enumerate(ids):
        if pk not in products:
            errors.append(FieldError(f"items.{index}.product", "does_not_exist", "This product does not exist."))
        elif pk in ids[:index]:
            errors.append(FieldError(f"items.{index}.product", "duplicate", "This product is in the order already."))
    if errors:
        raise ValidationFailed(*errors)
    if unavailable := [pk for pk in ids if not products[pk].available]:
        detail = f"Not available: {', '.join(map(str, unavailable))}."
        error = FieldError("items", "products_unavailable", detail)
        raise ApiError("products_unavailable", "Some products are not available.", [error])
    return products
