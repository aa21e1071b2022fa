"""POST orders/."""

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Customer, Order, OrderItem
from proofs.contract.client import ApiClient
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory


def test_makes_an_order_at_todays_prices(
    api: ApiClient, user: User, new_order: dict[str, Any], product: Product
) -> None:
    answer = api.post("orders/", new_order)

    assert answer.status == 201
    order = Order.objects.get()
    assert order.owner == user
    assert answer.headers["Location"] == f"http://testserver{api.root}orders/{order.pk}/"
    assert answer.json["status"] == "pending"
    assert answer.json["total"] == "25.00"
    assert answer.json["items"][0]["unit_price"] == "12.50"
    assert answer.json == api.get(f"orders/{order.pk}/").json

    product.price = Decimal("99.00")
    product.save(update_fields=["price"])
    assert api.get(f"orders/{order.pk}/").json["total"] == "25.00"


def test_the_client_cannot_set_a_price(api: ApiClient, new_order: dict[str, Any]) -> None:
    new_order["items"][0]["unit_price"] = "0.01"

    answer = api.post("orders/", new_order)

    assert answer.status == 400
    assert answer.fields() == [("items.0.unit_price", "unknown_field")]


@pytest.mark.query_budget(5)
@pytest.mark.parametrize("count", [1, 10, 100])
def test_takes_5_queries_for_any_number_of_items(api: ApiClient, new_order: dict[str, Any], count: int) -> None:
    new_order["items"] = [{"product": product.pk, "quantity": 1} for product in ProductFactory.create_batch(count)]

    answer = api.post("orders/", new_order)

    assert answer.status == 201
    assert answer.json["item_count"] == count
    assert [item["product"] for item in answer.json["items"]] == [item["product"] for item in new_order["items"]]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"customer": None}, [("customer", "null")]),
        ({"customer": "five"}, [("customer", "invalid")]),
        ({"customer": 5.5}, [("customer", "invalid")]),
        ({"customer": 0}, [("customer", "min_value")]),
        ({"customer": 2**63}, [("customer", "max_value")]),
        ({"customer": 2**63 - 1}, [("customer", "does_not_exist")]),
        ({"shipping_address": " "}, [("shipping_address", "blank")]),
        ({"shipping_address": "x" * 501}, [("shipping_address", "max_length")]),
        ({"items": []}, [("items", "empty")]),
        ({"items": None}, [("items", "null")]),
        ({"items": {}}, [("items", "invalid")]),
        ({"items": "5"}, [("items", "invalid")]),
        ({"items": [5] * 101}, [("items", "max_length")]),
        ({"items": [5, None]}, [("items.0", "invalid"), ("items.1", "null")]),
        ({"items": [{}]}, [("items.0.product", "required"), ("items.0.quantity", "required")]),
        (
            {"items": [{"product": [], "quantity": {}}]},
            [("items.0.product", "invalid"), ("items.0.quantity", "invalid")],
        ),
        ({"coupon": "FREE", "customer": -1}, [("customer", "min_value"), ("coupon", "unknown_field")]),
    ],
)
def test_refuses_what_is_no_order(
    someone: ApiClient, new_order: dict[str, Any], change: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    answer = someone.post("orders/", new_order | change)

    assert answer.status == 400
    assert answer.json["code"] == "validation_error"
    assert sorted(answer.fields()) == sorted(errors)
    assert not Order.objects.exists()


def test_says_everything_that_is_missing(someone: ApiClient) -> None:
    assert sorted(someone.post("orders/", {}).fields()) == [
        ("customer", "required"),
        ("items", "required"),
        ("shipping_address", "required"),
    ]


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(0, "min_value"), (-1, "min_value"), (10_001, "max_value"), ("two", "invalid"), (2.5, "invalid")],
)
def test_refuses_a_quantity_that_is_none(
    someone: ApiClient, new_order: dict[str, Any], quantity: Any, code: str
) -> None:
    new_order["items"].append({"product": 1, "quantity": quantity})

    answer = someone.post("orders/", new_order)

    assert answer.status == 400
    assert answer.fields() == [("items.1.quantity", code)]


def test_takes_the_largest_quantity(someone: ApiClient, new_order: dict[str, Any]) -> None:
    new_order["items"][0]["quantity"] = 10_000

    assert someone.post("orders/", new_order).json["total"] == "125000.00"


def test_the_same_product_twice_is_an_error_on_the_second(someone: ApiClient, new_order: dict[str, Any]) -> None:
    new_order["items"] *= 2

    answer = someone.post("orders/", new_order)

    assert answer.status == 400
    assert answer.fields() == [("items.1.product", "duplicate")]


def test_an_unknown_product_is_an_error_on_its_item(someone: ApiClient, new_order: dict[str, Any]) -> None:
    new_order["items"].append({"product": 2**63 - 1, "quantity": 1})

    answer = someone.post("orders/", new_order)

    assert answer.status == 400
    assert answer.fields() == [("items.1.product", "does_not_exist")]
    assert not Order.objects.exists()


def test_unavailable_products_are_named_and_nothing_remains(api: ApiClient, new_order: dict[str, Any]) -> None:
    gone = ProductFactory.create_batch(2, available=False)
    new_order["items"] += [{"product": product.pk, "quantity": 1} for product in gone]

    answer = api.post("orders/", new_order)

    assert answer.status == 400
    assert answer.json["code"] == "products_unavailable"
    assert answer.fields() == [("items", "products_unavailable")]
    assert all(str(product.pk) in answer.json["errors"][0]["detail"] for product in gone)
    assert not Order.objects.exists()
    assert not OrderItem.objects.exists()


def test_another_users_customer_does_not_exist(api: ApiClient, new_order: dict[str, Any]) -> None:
    new_order["customer"] = CustomerFactory.create().pk

    answer = api.post("orders/", new_order)

    assert answer.status == 400
    assert answer.fields() == [("customer", "does_not_exist")]
    assert Customer.objects.count() == 2
