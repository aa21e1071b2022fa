"""Pages of every list: cursors that neither skip nor repeat, sizes, and what is wrong with either."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.accounts.models import User
from proofs.contract.client import ApiClient
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory, OrderFactory

SAME_MOMENT = datetime(2026, 11, 22, 8, tzinfo=UTC)

MAKERS: dict[str, Callable[[User], Any]] = {
    "orders/": lambda user: OrderFactory.create(owner=user, created_at=SAME_MOMENT),
    "customers/": lambda user: CustomerFactory.create(owner=user, created_at=SAME_MOMENT),
    "products/": lambda user: ProductFactory.create(name="Lamp"),
}


@pytest.fixture(params=MAKERS)
def path(request: pytest.FixtureRequest) -> str:
    """A list whose seven rows differ in nothing but their ids."""
    return str(request.param)


@pytest.fixture
def rows(path: str, user: User) -> list[int]:
    ids = [MAKERS[path](user).pk for _ in range(7)]
    return ids if path == "products/" else ids[::-1]


def page(api: ApiClient, address: str) -> Any:
    answer = api.get(address.removeprefix("http://testserver"))
    assert answer.status == 200
    return answer.json


def ids(page: Any) -> list[int]:
    return [row["id"] for row in page["results"]]


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_every_row_is_on_exactly_one_page(someone: ApiClient, path: str, rows: list[int]) -> None:
    first = page(someone, f"{path}?page_size=3")
    second = page(someone, first["next"])
    third = page(someone, second["next"])

    assert [ids(first), ids(second), ids(third)] == [rows[:3], rows[3:6], rows[6:]]
    assert first["previous"] is None
    assert third["next"] is None


def test_going_back_shows_the_same_pages(someone: ApiClient, path: str, rows: list[int]) -> None:
    first = page(someone, f"{path}?page_size=3")
    second = page(someone, first["next"])
    third = page(someone, second["next"])

    assert page(someone, third["previous"])["results"] == second["results"]
    again = page(someone, page(someone, third["previous"])["previous"])
    assert again["results"] == first["results"]
    assert again["previous"] is None
    assert page(someone, again["next"])["results"] == second["results"]


def test_a_page_that_holds_everything_has_no_neighbours(someone: ApiClient, path: str, rows: list[int]) -> None:
    only = page(someone, f"{path}?page_size=7")

    assert ids(only) == rows
    assert (only["next"], only["previous"]) == (None, None)


def test_an_empty_list_is_a_page_too(someone: ApiClient, path: str) -> None:
    assert page(someone, path) == {"next": None, "previous": None, "results": []}


def test_a_page_has_25_rows_unless_asked_otherwise(someone: ApiClient) -> None:
    ProductFactory.create_batch(26)

    assert len(page(someone, "products/")["results"]) == 25
    assert len(page(someone, "products/?page_size=100")["results"]) == 26
    assert len(page(someone, "products/?page_size=1")["results"]) == 1


def test_rows_inserted_meanwhile_are_neither_skipped_nor_repeated(someone: ApiClient, user: User) -> None:
    orders = [OrderFactory.create(owner=user).pk for _ in range(4)][::-1]

    first = page(someone, "orders/?page_size=2")
    OrderFactory.create_batch(3, owner=user)
    second = page(someone, first["next"])

    assert ids(first) + ids(second) == orders
    assert len(page(someone, second["previous"])["results"]) == 2
    assert ids(page(someone, second["previous"])) == ids(first)


def test_rows_deleted_meanwhile_do_not_lose_others(someone: ApiClient, user: User) -> None:
    first_order, *others = [OrderFactory.create(owner=user) for _ in range(4)][::-1]

    first = page(someone, "orders/?page_size=1")
    first_order.delete()

    assert ids(page(someone, first["next"] + "&page_size=9")) == [order.pk for order in others]


def test_the_next_page_keeps_filter_and_size(someone: ApiClient, user: User) -> None:
    for status in ["pending", "cancelled"] * 3:
        OrderFactory.create(owner=user, status=status)

    first = page(someone, "orders/?status=cancelled&page_size=2")
    second = page(someone, first["next"])

    assert [len(first["results"]), len(second["results"])] == [2, 1]
    assert {order["status"] for order in first["results"] + second["results"]} == {"cancelled"}


def test_similar_and_unusual_names_are_paged_once_each(someone: ApiClient) -> None:
    names = ["", "a", "a", "a\u200db", "b&c=d", "é", "עברית", "🦉", "z\ny"]
    for name in names:
        ProductFactory.create(name=name)

    found: list[int] = []
    address = "products/?page_size=1"
    while address:
        this = page(someone, address)
        found += ids(this)
        address = this["next"]

    assert len(found) == len(set(found)) == len(names)


@pytest.mark.parametrize("size", ["0", "101", "-1", "ten", "1e1", "9" * 50, "9" * 5000])
def test_refuses_a_size_that_is_none(someone: ApiClient, path: str, size: str) -> None:
    answer = someone.get(path, {"page_size": size})

    assert answer.status == 400
    ((field, code),) = answer.fields()
    assert field == "page_size"
    assert code in {"invalid", "min_value", "max_value"}


@pytest.mark.parametrize(
    "tampered",
    [
        "x",
        "é",
        "🦉",
        "nul\0",
        "=",
        "%%%",
        "AAAA",
        "a" * 5000,
        cursor("after", "2026-11-22T08:00:00Z", 1),
        cursor("after", "2026-11-22T08:00:00Z", 1) + ":signature",
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_refuses_a_cursor_that_is_none_of_ours(someone: ApiClient, path: str, tampered: str) -> None:
    answer = someone.get(path, {"cursor": tampered})

    assert answer.status == 400
    assert answer.fields() == [("cursor", "invalid")]
