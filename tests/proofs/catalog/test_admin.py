"""What somebody who looks after the catalogue sees in the admin."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.catalog.models import Product
from tests.catalog.factories import ProductFactory
from tests.queries import watch_queries

PRODUCTS = "admin:catalog_product_changelist"


@pytest.fixture
def manager(client: Client, staff: User) -> Client:
    staff.user_permissions.set(Permission.objects.filter(content_type__model="product"))
    client.force_login(staff)
    return client


def test_the_list_costs_as_many_queries_for_25_products_as_for_one(manager: Client) -> None:
    def queries_for(count: int) -> int:
        ProductFactory.create_batch(count)
        manager.get(reverse(PRODUCTS))  # what is cached is cached now
        with watch_queries() as log:
            assert manager.get(reverse(PRODUCTS)).status_code == 200
        return len(log)

    assert queries_for(1) == queries_for(24)


@pytest.mark.parametrize("term", ["lamp", "LMP-1"])
def test_a_product_is_found_by_name_and_sku_and_shown_with_its_price(manager: Client, term: str) -> None:
    ProductFactory.create(name="Lamp", sku="LMP-1", price=Decimal("1234.5"))
    ProductFactory.create(name="Table", sku="TBL-1")

    html = manager.get(reverse(PRODUCTS, query={"q": term})).content.decode()

    assert "1,234.50 EUR" in html
    assert "Table" not in html


def test_a_product_is_added_and_changed(manager: Client) -> None:
    manager.post(reverse("admin:catalog_product_add"), {"sku": "LMP-1", "name": "Lamp", "price": "9.90"})
    product = Product.objects.get()
    manager.post(
        reverse("admin:catalog_product_change", args=[product.pk]),
        {"sku": "LMP-1", "name": "Lamp", "price": "8.80", "available": "on"},
    )

    product.refresh_from_db()
    assert (product.price, product.available) == (Decimal("8.80"), True)
