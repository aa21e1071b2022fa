"""Requests that the walks cannot make up by themselves."""

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory
from tests.walks.objects import Example


def new_order(user: User) -> Example:
    """Order two products for a customer of `user`."""
    body = {
        "customer": CustomerFactory.create(owner=user).pk,
        "shipping_address": "1 High Street, Springfield",
        "items": [{"product": product.pk, "quantity": 2} for product in ProductFactory.create_batch(2)],
    }
    return Example(user, body)


def shipment(user: User) -> Example:
    """Ship a confirmed order of `user`, as somebody of the staff."""
    order = OrderFactory.create(owner=user, status=OrderStatus.CONFIRMED, items=2)
    return Example(UserFactory.create(is_staff=True), {"tracking_number": "T-1"}, (order.pk,))


def customer_without_orders(user: User) -> Example:
    """Delete a customer that nothing refers to."""
    return Example(user, path=(CustomerFactory.create(owner=user).pk,))


# By operation id.
REQUESTS = {
    "customers_destroy": customer_without_orders,
    "orders_create": new_order,
    "orders_ship_create": shipment,
}
