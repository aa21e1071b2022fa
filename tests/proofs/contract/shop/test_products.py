"""GET products/ and products/{id}/."""

import pytest

from proofs.contract.client import ApiClient
from tests.catalog.factories import ProductFactory


def names(api: ApiClient, **query: str) -> list[str]:
    answer = api.get("products/", query)
    assert answer.status == 200
    return [product["name"] for product in answer.json["results"]]


def test_lists_products_by_name(api: ApiClient) -> None:
    lamp = ProductFactory.create(name="Lamp", sku="L-1", price="12.5")
    ProductFactory.create(name="Chair")

    answer = api.get("products/")

    assert answer.status == 200
    assert list(answer.json) == ["next", "previous", "results"]
    assert [product["name"] for product in answer.json["results"]] == ["Chair", "Lamp"]
    assert answer.json["results"][1] == {
        "id": lamp.pk,
        "sku": "L-1",
        "name": "Lamp",
        "price": "12.50",
        "available": True,
    }


def test_filters_by_availability(api: ApiClient) -> None:
    ProductFactory.create(name="Here")
    ProductFactory.create(name="Gone", available=False)

    assert names(api, available="true") == ["Here"]
    assert names(api, available="false") == ["Gone"]
    assert names(api, available="") == ["Gone", "Here"]


def test_searches_names_and_skus_whatever_the_case(api: ApiClient) -> None:
    ProductFactory.create(name="Desk lamp", sku="A-1")
    ProductFactory.create(name="Chair", sku="LAMP-2")
    ProductFactory.create(name="Table", sku="A-3")
    ProductFactory.create(name="100% wool", sku="A-4")

    assert names(api, search="lamp") == ["Chair", "Desk lamp"]
    assert names(api, search=" lamp ") == ["Chair", "Desk lamp"]
    assert names(api, search=" ") == names(api)
    assert names(api, search="%") == ["100% wool"]
    assert names(api, search="lamp", available="false") == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("available", "maybe", "invalid"),
        ("search", "x" * 101, "max_length"),
        ("search", "nul\0", "invalid"),
    ],
)
def test_refuses_a_filter_that_is_none(someone: ApiClient, name: str, value: str, code: str) -> None:
    answer = someone.get("products/", {name: value})

    assert answer.status == 400
    assert answer.fields() == [(name, code)]


def test_shows_one_product(api: ApiClient) -> None:
    lamp = ProductFactory.create(name="Lamp", available=False)

    answer = api.get(f"products/{lamp.pk}/")

    assert answer.status == 200
    assert answer.json == {"id": lamp.pk, "sku": lamp.sku, "name": "Lamp", "price": "12.50", "available": False}


@pytest.mark.parametrize("pk", ["0", "999999", "-1", "abc", "1.0", "9223372036854775808", "9" * 5000])
def test_an_unknown_product_is_a_404(someone: ApiClient, pk: str) -> None:
    assert someone.get(f"products/{pk}/").status == 404


def test_visitors_see_no_products(visitor: ApiClient) -> None:
    assert visitor.get("products/").status == 401
    assert visitor.get("products/1/").status == 401


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "products/"), ("PATCH", "products/1/"), ("DELETE", "products/1/")]
)
def test_products_are_read_only(someone: ApiClient, method: str, path: str) -> None:
    answer = someone.request(method, path, {"name": "Free lunch"})

    assert answer.status == 405
    assert answer.allowed == {"GET", "HEAD"}
