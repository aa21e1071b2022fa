"""Factories of customers, orders and items."""

from typing import Any

import factory

from apps.orders.models import Customer, Order, OrderItem
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory


class CustomerFactory(factory.django.DjangoModelFactory[Customer]):
    """A customer of a user of their own, unless `owner` is given."""

    class Meta:
        model = Customer

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Customer {n}")
    email = factory.Sequence(lambda n: f"customer{n}@example.com")


def add_items(order: Order, create: bool, count: int | None, **fields: Any) -> None:  # noqa: FBT001 - factory-boy's
    """Give a new order its items."""
    OrderItemFactory.create_batch(count or 0, order=order, **fields)


class OrderFactory(factory.django.DjangoModelFactory[Order]):
    """A pending order without items; `items=4` adds four, each of another product."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    customer = factory.SubFactory(CustomerFactory, owner=factory.SelfAttribute("..owner"))
    shipping_address = "1 High Street, Springfield"
    items = factory.PostGeneration(add_items)


class OrderItemFactory(factory.django.DjangoModelFactory[OrderItem]):
    """Two of a product, at its price."""

    class Meta:
        model = OrderItem

    order = factory.SubFactory(OrderFactory)
    product = factory.SubFactory(ProductFactory)
    quantity = 2
    unit_price = factory.SelfAttribute("product.price")
