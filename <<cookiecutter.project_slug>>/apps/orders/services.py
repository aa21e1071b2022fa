"""Every write to customers and orders: one function and one transaction for each action.

Functions that change an existing object take the QuerySet that it must be found in, so that the caller decides whose
objects are meant: `Order.objects.for_user(user)` in the API, all orders in the admin. They raise NotFound if it is not
in there, DomainError if its state forbids the action, and cost two queries besides what the QuerySet prefetches.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.errors import DomainError, NotFound

# % if cookiecutter.use_celery -
from apps.orders import tasks

# % else -
# % filter replace("#: ", "")
#: from apps.orders import emails
# % endfilter
# % endif
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, CustomerQuerySet, Order, OrderItem, OrderQuerySet

# % if cookiecutter.use_celery -
from apps.outbox.services import enqueue

# % endif -


def create_customer(*, owner: User, **fields: Any) -> Customer:
    """Add a customer of `owner`. One query."""
    return Customer.objects.create(owner=owner, **fields)


@transaction.atomic
def update_customer(*, customers: CustomerQuerySet, customer_id: int, **changes: Any) -> Customer:
    """Change fields of a customer."""
    return _save(customers.locked(customer_id), changes)


@transaction.atomic
def delete_customer(*, customers: CustomerQuerySet, customer_id: int) -> None:
    """Delete a customer without orders."""
    customer = customers.locked(customer_id)
    try:
        customer.delete()
    except ProtectedError:
        raise DomainError("conflict", "A customer with orders cannot be deleted.") from None


@transaction.atomic
def create_order(*, owner: User, customer: int, items: Sequence[Mapping[str, int]], **fields: Any) -> Order:
    """Order `items` for a customer of `owner`, at current prices. Four queries for any number of items.

    `customer` is the customer's id; `items` are `{"product": id, "quantity": number}`. Raises DomainError for an unknown
    customer or product, the same product twice and products that are not available.
    """
    try:  # locked: the customer cannot be deleted before the order exists
        buyer = Customer.objects.for_user(owner).locked(customer)
    except NotFound:
        raise DomainError("does_not_exist", "This customer does not exist.", field="customer") from None
    products = _products([item["product"] for item in items])
    order = Order.objects.create(owner=owner, customer=buyer, **fields)
    return order.with_new_items(
        OrderItem.objects.bulk_create(
            OrderItem(order=order, quantity=item["quantity"]).capture_price(products[item["product"]]) for item in items
        )
    )


@transaction.atomic
def update_order(*, orders: OrderQuerySet, order_id: int, **changes: Any) -> Order:
    """Change fields of a pending order."""
    order = orders.locked(order_id)
    if not order.is_editable:
        raise DomainError("order_not_pending", "Only pending orders can be changed.")
    return _save(order, changes)


@transaction.atomic
def confirm_order(*, orders: OrderQuerySet, order_id: int) -> Order:
    """Confirm a pending order and e-mail its customer once that is committed."""
    order = orders.locked(order_id)
    order.become(OrderStatus.CONFIRMED)
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
def ship_order(*, orders: OrderQuerySet, user: User, order_id: int, tracking_number: str = "") -> Order:
    """Ship a confirmed order. Raises PermissionDenied for an order that `user` owns but may not ship."""
    try:
        order = orders.shippable_by(user).locked(order_id)
    except NotFound:
        if orders.for_user(user).filter(pk=order_id).exists():
            raise PermissionDenied from None
        raise
    if not tracking_number:
        raise DomainError("required", "Tracking number required when shipping.", field="tracking_number")
    order.become(OrderStatus.SHIPPED)
    return _save(order, {"status": order.status, "tracking_number": tracking_number})


@transaction.atomic
def cancel_order(*, orders: OrderQuerySet, order_id: int) -> Order:
    """Cancel an order that has not shipped."""
    order = orders.locked(order_id)
    order.become(OrderStatus.CANCELLED)
    order.save(update_fields=["status"])
    return order


def check_available(products: Iterable[Product]) -> None:
    """Raise DomainError (`products_unavailable`) with the ids of those that cannot be ordered now."""
    if unavailable := [str(product.pk) for product in products if not product.available]:
        message = f"Products not available: {', '.join(unavailable)}."
        raise DomainError("products_unavailable", message, field="items")


def _products(ids: Sequence[int]) -> dict[int, Product]:
    """Return the products by id, in one query, if all of them can be ordered together."""
    products = Product.objects.in_bulk(ids)
    for index, pk in enumerate(ids):
        if pk not in products:
            raise DomainError("does_not_exist", "This product does not exist.", field=f"items.{index}.product")
        if pk in ids[:index]:
            raise DomainError("duplicate", "This product is in the order already.", field=f"items.{index}.product")
    check_available(products[pk] for pk in ids)
    return products


def _save[M: (Customer, Order)](instance: M, changes: Mapping[str, Any]) -> M:
    """Set and save the fields in `changes`, if there are any."""
    for name, value in changes.items():
        setattr(instance, name, value)
    if changes:
        instance.save(update_fields=list(changes))
    return instance
