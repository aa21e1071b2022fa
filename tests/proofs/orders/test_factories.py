from decimal import Decimal

import pytest

from tests.orders.factories import OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db


def test_an_order_has_as_many_items_as_asked_for() -> None:
    assert OrderFactory.create().items.count() == 0
    assert OrderFactory.create(items=4).items.count() == 4


def test_a_customer_belongs_to_the_owner_of_the_order() -> None:
    order = OrderFactory.create()

    assert order.customer.owner == order.owner


def test_an_item_costs_what_its_product_costs() -> None:
    item = OrderItemFactory.create(product__price="3.10")

    item.refresh_from_db()
    assert item.unit_price == item.product.price == Decimal("3.10")
