"""Hostile order payloads: wrong types everywhere, ids past 64 bits, dates past the calendar."""

import json
from typing import Any

import pytest

from apps.orders.models import Order
from proofs.contract.client import ApiClient

# What stands for one value of a good order, and what is then wrong with it.
INTEGERS = {
    "null": "null",
    '""': "invalid",
    "5.5": "invalid",
    "1e999": "invalid",
    "[]": "invalid",
    "[5]": "invalid",
    "{}": "invalid",
    '{"id": 5}': "invalid",
    "0": "min_value",
    "-0": "min_value",
    "-1": "min_value",
    "-9223372036854775809": "min_value",
    "9223372036854775808": "max_value",
    "18446744073709551616": "max_value",
    "9" * 4_000: "max_value",
}
LISTS = {
    "null": "null",
    "{}": "invalid",
    '{"0": {}}': "invalid",
    "5": "invalid",
    '"[]"': "invalid",
    "true": "invalid",
    "[]": "empty",
    json.dumps([{}] * 101): "max_length",
    json.dumps([None] * 100_000): "max_length",
}
OBJECTS = {"null": "null", "[]": "invalid", "5": "invalid", '"{}"': "invalid", "false": "invalid"}
# What frameworks make an integer of or not, each in its own way.
COERCED = ["true", "false", '"5"', '"٥"', "5.0", "5e0", "-0.0"]
REFUSED_UNREAD = [
    "NaN",
    "Infinity",
    "-Infinity",
    "05",
    "+5",
    "0x5",
    "5.",
    ".5",
    "9" * 5_000,
    "'5'",
    "undefined",
]

TEMPLATE = '{"customer": %(customer)s, "shipping_address": "x", "items": %(items)s}'
ITEM = '{"product": %(product)s, "quantity": %(quantity)s}'


def body(**values: str) -> bytes:
    """The JSON of an order with some of its values written as given."""
    item = values.get("item") or ITEM % {"product": "1", "quantity": "1", **values}
    return (TEMPLATE % {"customer": "1", "items": f"[{item}]", **values}).encode()


@pytest.mark.parametrize(
    ("field", "name", "value", "code"),
    [
        (field, name, value, code)
        for field, name, values in [
            ("customer", "customer", INTEGERS),
            ("items.0.product", "product", INTEGERS),
            ("items.0.quantity", "quantity", INTEGERS),
            ("items", "items", LISTS),
            ("items.0", "item", OBJECTS),
        ]
        for value, code in values.items()
    ],
    ids=lambda value: value[:30],
)
def test_a_wrong_value_is_reported_with_its_field(
    someone: ApiClient, field: str, name: str, value: str, code: str
) -> None:
    answer = someone.post("orders/", body(**{name: value}))

    assert answer.status == 400
    assert answer.json["code"] == "validation_error"
    assert answer.fields() == [(field, code)]


@pytest.mark.parametrize("name", ["customer", "product", "quantity"])
@pytest.mark.parametrize("value", COERCED)
def test_a_coerced_value_is_an_id_or_wrong(someone: ApiClient, name: str, value: str) -> None:
    answer = someone.post("orders/", body(**{name: value}))

    assert answer.status == 400  # there is no such customer
    assert answer.json["code"] == "validation_error"


@pytest.mark.parametrize("value", REFUSED_UNREAD, ids=lambda value: value[:30])
def test_a_body_that_is_not_json_is_a_parse_error(someone: ApiClient, value: str) -> None:
    answer = someone.post("orders/", body(quantity=value))

    assert answer.status == 400
    assert answer.json["code"] == "parse_error"


IDS = ["0", "-1", "1.5", "١", "9223372036854775807", "9223372036854775808", "9" * 100, "9" * 5_000, "%00", "1%00", "🦉"]


@pytest.mark.parametrize(
    ("method", "path", "good"),
    [
        ("GET", "orders/{}/", {}),
        ("PATCH", "orders/{}/", {"shipping_address": "x"}),
        ("POST", "orders/{}/confirm/", {}),
        ("POST", "orders/{}/ship/", {"tracking_number": "x"}),
        ("POST", "orders/{}/cancel/", {}),
        ("GET", "products/{}/", {}),
        ("GET", "customers/{}/", {}),
        ("PATCH", "customers/{}/", {"name": "x"}),
        ("DELETE", "customers/{}/", {}),
    ],
)
def test_an_id_that_cannot_be_is_a_404(someone: ApiClient, method: str, path: str, good: dict[str, str]) -> None:
    answers = {pk: someone.request(method, path.format(pk), good).status for pk in IDS}

    assert answers == dict.fromkeys(IDS, 404)


@pytest.mark.parametrize(
    "query",
    [
        "customer=%00",
        "customer=1%00",
        "customer=" + "9" * 5_000,
        "customer=-9223372036854775809",
        "status=%00",
        "status=PENDING",
        "status[]=pending&status=%ff",
        "created_after=%00",
        "created_after=0000-01-01",
        "created_after=10000-01-01",
        "created_after=2026-02-30",
        "created_after=2026-11-22T25:00:00Z",
        "created_after=2026-11-22T08:00:00%2B99:00",
        "created_after=0001-01-01T00:00:00%2B23:59",
        "created_before=9999-12-31T23:59:59-23:59",
        "created_before=2026-11-22T08:00:00+01:00",  # its plus is a blank
        "created_before=٢٠٢٦-11-22",
        "created_before=" + "9" * 100_000,
    ],
    ids=lambda query: query[:40],
)
def test_a_filter_that_cannot_be_is_a_400(someone: ApiClient, query: str) -> None:
    assert someone.get("orders/?" + query).status == 400


@pytest.mark.parametrize(
    "query", ["search=%ff", "search=%25%5f", "search=🦉", "search=\u202e", "search=" + "%5c" * 100, "search='"]
)
def test_a_strange_search_finds_nothing(someone: ApiClient, query: str) -> None:
    assert someone.get("products/?" + query).json["results"] == []


@pytest.mark.parametrize(
    "address", ["'; DROP TABLE orders_order; --", "<script>", "🦉" * 500, "\u202eעברית", "{{ 7*7 }}", "%s%n"]
)
def test_text_is_only_text(someone: ApiClient, new_order: dict[str, Any], address: str) -> None:
    answer = someone.post("orders/", new_order | {"shipping_address": address})

    assert answer.status == 201
    assert answer.json["shipping_address"] == address
    assert Order.objects.get().shipping_address == address


@pytest.mark.parametrize("action", ["confirm", "cancel"])
@pytest.mark.parametrize("content", [b"\x00", b"[" * 1_000, b'{"status": "shipped"}'])
def test_actions_without_a_body_ignore_one(
    someone: ApiClient, new_order: dict[str, Any], action: str, content: bytes
) -> None:
    order = someone.post("orders/", new_order).json

    assert someone.post(f"orders/{order['id']}/{action}/", content).status == 200
