"""Querysets and constraints of customers and orders."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.errors import NotFound
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db


def test_for_user_finds_the_orders_of_a_user(user: User) -> None:
    order, _ = OrderFactory.create(owner=user), OrderFactory.create()

    assert list(Order.objects.for_user(user)) == [order]


def test_with_summary_counts_and_sums_the_items_of_each_order() -> None:
    order, empty = OrderFactory.create(), OrderFactory.create()
    OrderItemFactory.create(order=order, quantity=2, unit_price=Decimal("12.50"))
    OrderItemFactory.create(order=order, quantity=1, unit_price=Decimal(10))

    found: Any = Order.objects.with_summary().in_bulk()

    assert (found[order.pk].item_count, found[order.pk].total) == (2, Decimal(35))
    assert (found[empty.pk].item_count, found[empty.pk].total) == (0, Decimal(0))


def test_with_details_needs_two_queries_for_any_number_of_orders() -> None:
    OrderFactory.create_batch(3, items=2)

    with watch_queries() as log:
        names = [
            (order.customer.name, item.product.name)
            for order in Order.objects.with_details()
            for item in order.items.all()
        ]

    assert len(names) == 6
    assert len(log) == 2


def test_locked_finds_only_what_is_in_the_queryset(user: User) -> None:
    order = OrderFactory.create()

    with transaction.atomic():
        assert Order.objects.locked(order.pk) == order
        with pytest.raises(NotFound):
            Order.objects.for_user(user).locked(order.pk)


def test_with_order_count_counts_the_orders_of_each_customer() -> None:
    customer = OrderFactory.create().customer
    OrderFactory.create(customer=customer)
    other = CustomerFactory.create()

    found: Any = Customer.objects.with_order_count().in_bulk()

    assert (found[customer.pk].order_count, found[other.pk].order_count) == (2, 0)


@pytest.mark.parametrize(
    ("field", "value"), [("status", "lost"), ("status", OrderStatus.SHIPPED)], ids=["unknown", "shipped untracked"]
)
def test_the_database_refuses_an_impossible_order(field: str, value: str) -> None:
    with pytest.raises(IntegrityError):
        OrderFactory.create(**{field: value})


@pytest.mark.parametrize(("field", "value"), [("quantity", 0), ("unit_price", Decimal(-1))])
def test_the_database_refuses_an_impossible_item(field: str, value: Decimal) -> None:
    with pytest.raises(IntegrityError):
        OrderItemFactory.create(**{field: value})


def test_the_database_refuses_a_product_twice_in_an_order() -> None:
    item = OrderItemFactory.create()

    with pytest.raises(IntegrityError):
        OrderItem.objects.create(order=item.order, product=item.product, quantity=1, unit_price=1)
