"""Products over HTTP."""

from decimal import Decimal

import pytest
from pytest_django.fixtures import Settings

from apps.catalog.models import Product
from tests.catalog.factories import ProductFactory
from tests.client import ApiClient


def test_shows_a_product(api: ApiClient) -> None:
    product = ProductFactory.create(sku="L-1", name="Lamp", price=Decimal("9.9"))

    shown = {"id": product.pk, "sku": "L-1", "name": "Lamp", "price": "9.90", "available": True}
    assert api.get(f"products/{product.pk}/").json() == shown
    assert api.get("products/").json()["results"] == [shown]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Lamp", "Old lamp", "Table"]),
        ({"search": "LAMP"}, ["Lamp", "Old lamp"]),
        ({"search": "t-1"}, ["Table"]),
        ({"available": "true"}, ["Lamp", "Table"]),
        ({"search": "lamp", "available": "false"}, ["Old lamp"]),
    ],
)
def test_finds_products_by_name_sku_and_availability(api: ApiClient, query: dict[str, str], found: list[str]) -> None:
    for sku, name in {"T-1": "Table", "L-1": "Lamp"}.items():
        ProductFactory.create(sku=sku, name=name)
    ProductFactory.create(sku="L-0", name="Old lamp", available=False)

    assert [product["name"] for product in api.get("products/", query).json()["results"]] == found


@pytest.mark.django_db(transaction=True)
def test_a_cached_list_shows_a_change_at_once(api: ApiClient, settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "shared": settings.CACHES["default"]}  # as on a cache server
    product = ProductFactory.create(name="Lamp")
    names = [found["name"] for found in api.get("products/").json()["results"]]
    queries = len(api.queries)

    api.get("products/")

    assert names == ["Lamp"]
    assert len(api.queries) < queries
    for change in (
        lambda: Product.objects.filter(pk=product.pk).update(name="Sofa"),
        lambda: ProductFactory.create(name="Chair"),
        product.delete,
    ):
        change()
        names = [found["name"] for found in api.get("products/").json()["results"]]
        assert names == list(Product.objects.values_list("name", flat=True))
