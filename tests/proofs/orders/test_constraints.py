"""Database constraints of orders."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db


def test_a_shipped_order_has_a_tracking_number() -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED)

    with pytest.raises(IntegrityError, match="order_shipped_with_tracking"):
        Order.objects.filter(pk=order.pk).update(status=OrderStatus.SHIPPED)


def test_forms_say_so_in_words() -> None:
    order = OrderFactory.create()
    order.status = OrderStatus.SHIPPED

    with pytest.raises(ValidationError, match="Tracking number required when shipping"):
        order.full_clean()


def test_a_status_is_one_of_those_known() -> None:
    order = OrderFactory.create()

    with pytest.raises(IntegrityError, match="order_status_known"):
        Order.objects.filter(pk=order.pk).update(status="lost")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"quantity": 0}, "order_item_quantity_positive"),
        ({"unit_price": Decimal("-0.01")}, "order_item_price_not_negative"),
    ],
)
def test_an_item_is_of_something_for_some_price(change: dict[str, object], constraint: str) -> None:
    item = OrderItemFactory.create()

    with pytest.raises(IntegrityError, match=constraint):
        OrderItem.objects.filter(pk=item.pk).update(**change)


def test_a_product_is_in_an_order_once() -> None:
    item = OrderItemFactory.create()

    with pytest.raises(IntegrityError):
        OrderItemFactory.create(order=item.order, product=item.product)


def test_what_was_ordered_cannot_be_deleted_with_its_product_customer_or_owner() -> None:
    item = OrderItemFactory.create()

    for needed in (item.product, item.order.customer, item.order.owner):
        with pytest.raises(ProtectedError):
            needed.delete()


def test_a_user_without_orders_takes_their_customers_along(user: User) -> None:
    CustomerFactory.create(owner=user)

    user.delete()

    assert not Customer.objects.exists()


def test_an_order_takes_its_items_along() -> None:
    OrderItemFactory.create().order.delete()

    assert not OrderItem.objects.exists()
