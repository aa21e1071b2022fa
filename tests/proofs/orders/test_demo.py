"""The demo data of the shop."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone
from pytest_django import Settings

from apps.catalog.models import Product
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _debug(settings: Settings) -> None:
    settings.DEBUG = True


def demo(*, orders: int, seed: int = 1) -> str:
    """Run the command without serving and return what it prints."""
    output = StringIO()
    call_command("demo", no_serve=True, orders=orders, seed=seed, stdout=output)
    return output.getvalue()


def everything() -> list[Any]:
    """Return what was loaded, without ids and times."""
    return [
        list(Product.objects.values_list("sku", "name", "price", "available")),
        list(Customer.objects.order_by("pk").values_list("name", "email", "owner__email")),
        list(
            Order.objects.order_by("pk").values_list("status", "shipping_address", "tracking_number", "customer__email")
        ),
        list(OrderItem.objects.order_by("pk").values_list("product__sku", "quantity", "unit_price")),
    ]


def wipe() -> None:
    OrderItem.objects.all().delete()
    Order.objects.all().delete()
    Customer.objects.all().delete()
    Product.objects.all().delete()


def test_there_are_as_many_orders_as_asked_for_each_with_one_to_six_items() -> None:
    demo(orders=120)

    sizes = Order.objects.annotate(size=Count("items")).values_list("size", flat=True)
    assert len(sizes) == 120
    assert set(sizes) == {1, 2, 3, 4, 5, 6}


def test_the_demo_login_has_customers_and_orders_of_its_own() -> None:
    demo(orders=120)

    mine = Order.objects.filter(owner__email=f"demo@{django_settings.DOMAIN_NAME}")
    assert 0 < mine.count() < 120
    assert all(order.customer.owner_id == order.owner_id for order in Order.objects.select_related("customer"))


def test_the_orders_are_of_the_past_months_and_their_status_fits_their_age() -> None:
    demo(orders=400)

    now = timezone.now()
    statuses = Counter(Order.objects.values_list("status", flat=True))
    assert set(statuses) == set(OrderStatus.values)
    assert statuses[OrderStatus.SHIPPED] > 300
    ages = [(now - created).days for created in Order.objects.order_by("pk").values_list("created_at", flat=True)]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] <= 181
    assert all((now - order.created_at).days < 5 for order in Order.objects.filter(status="pending"))


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data() -> None:
    found = []
    for seed in (7, 7, 8):
        demo(orders=30, seed=seed)
        found.append(everything())
        wipe()

    assert found[0] == found[1]
    assert all(first != third for first, third in zip(found[0], found[2], strict=True))


def test_run_again_it_tops_up_to_what_is_asked_for() -> None:
    demo(orders=30)
    products = Product.objects.count()

    assert "30 orders, already there" in demo(orders=20)
    assert Order.objects.count() == 30
    assert "50 of 50 orders" in demo(orders=50)
    assert Order.objects.count() == 50
    assert Product.objects.count() == products


def test_loading_takes_few_statements_for_many_orders() -> None:
    def statements_for(orders: int) -> int:
        with watch_queries() as log:
            demo(orders=orders)
        return len(log)

    demo(orders=1)  # migrations, login, products
    few = statements_for(2)
    many = statements_for(502)

    assert many - few < 50
