"""Each filter and ordering that the API offers is served by an index, without sorting."""

from collections.abc import Callable

import pytest
from django.db import connection, models
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Customer, Order
from proofs.postgresql import on_postgresql
from tests.orders.factories import CustomerFactory

pytestmark = pytest.mark.django_db

LISTS: dict[str, tuple[str, Callable[[User], models.QuerySet[models.Model]]]] = {
    "orders": ("order_by_owner", Order.objects.for_user),
    "orders by status": (
        "order_by_owner_status",
        lambda user: Order.objects.for_user(user).filter(status="pending"),
    ),
    "orders by customer": (
        "order_by_customer",
        lambda user: Order.objects.for_user(user).filter(customer=1),
    ),
    "orders by time": (
        "order_by_owner",
        lambda user: Order.objects.for_user(user).filter(created_at__gt=timezone.now()),
    ),
    "all orders": ("order_newest", lambda user: Order.objects.all()),
    "all orders by status": ("order_by_status", lambda user: Order.objects.filter(status="pending")),
    "customers": ("customer_by_owner", Customer.objects.for_user),
    "all customers": ("customer_newest", lambda user: Customer.objects.all()),
    "products": ("product_by_name", lambda user: Product.objects.all()),
    "products by availability": (
        "product_by_availability",
        lambda user: Product.objects.filter(available=True),
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_is_served_by_an_index(name: str, user: User) -> None:
    index, queryset = LISTS[name]
    if connection.vendor == "postgresql":
        # A handful of rows is quicker read whole: leave the planner no choice but to show what it could do.
        # Nor may it remember other tests' products, of which all were available.
        Product.objects.bulk_create(Product(sku=n, name=n, price=1, available=False) for n in range(500))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_product")
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )

    plan = queryset(user)[:26].explain()

    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_items_are_found_by_their_order_and_by_their_product() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "orders_orderitem").values()

    indexed = [constraint["columns"] for constraint in constraints if constraint["index"] or constraint["unique"]]
    assert ["order_id", "product_id"] in indexed
    assert ["product_id"] in indexed


@on_postgresql
def test_the_search_for_orders_is_served_by_indexes() -> None:
    CustomerFactory.create(name="Ada Lovelace")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")

    customers = Customer.objects.search("lovelace").order_by().explain()
    orders = Order.objects.search("Lovelace").order_by().explain()

    assert "customer_search" in customers
    assert "order_by_customer" in orders
    assert "order_by_tracking_number" in orders
    assert "Seq Scan" not in customers + orders
