"""GET orders/ and orders/{id}/, PATCH orders/{id}/."""

from datetime import UTC, datetime

import pytest

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order
from proofs.contract.client import ApiClient
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory


def ids(api: ApiClient, **query: object) -> list[int]:
    answer = api.get("orders/", query)
    assert answer.status == 200
    return [order["id"] for order in answer.json["results"]]


def test_shows_an_order_with_its_items(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(
        owner=user,
        customer__name="Ada",
        shipping_address="1 High Street",
        created_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
    )
    lamp = ProductFactory.create(name="Lamp", price="99.00")
    item = OrderItemFactory.create(order=order, product=lamp, quantity=2, unit_price="12.5")
    other = OrderItemFactory.create(order=order, quantity=1, unit_price="10")

    answer = api.get(f"orders/{order.pk}/")

    assert answer.status == 200
    assert answer.json == {
        "id": order.pk,
        "customer": {"id": order.customer.pk, "name": "Ada"},
        "status": "pending",
        "status_display": "Pending",
        "shipping_address": "1 High Street",
        "tracking_number": "",
        "item_count": 2,
        "total": "35.00",
        "items": [
            {
                "id": item.pk,
                "product": lamp.pk,
                "product_name": "Lamp",
                "quantity": 2,
                "unit_price": "12.50",
                "subtotal": "25.00",
            },
            {
                "id": other.pk,
                "product": other.product.pk,
                "product_name": other.product.name,
                "quantity": 1,
                "unit_price": "10.00",
                "subtotal": "10.00",
            },
        ],
        "created_at": "2026-11-22T08:00:00Z",
    }


def test_an_order_without_items_costs_nothing(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(owner=user)

    answer = api.get(f"orders/{order.pk}/")

    assert (answer.json["item_count"], answer.json["total"], answer.json["items"]) == (0, "0.00", [])


@pytest.mark.query_budget(4)
def test_a_page_of_25_orders_with_4_items_each_takes_4_queries(api: ApiClient, user: User) -> None:
    OrderFactory.create_batch(25, owner=user, items=4)

    answer = api.get("orders/")

    assert answer.status == 200
    assert [order["item_count"] for order in answer.json["results"]] == [4] * 25
    assert answer.queries >= 2


@pytest.mark.query_budget(4)
def test_one_order_takes_4_queries(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(owner=user, items=4)

    assert api.get(f"orders/{order.pk}/").status == 200


def test_lists_the_callers_orders_newest_first(api: ApiClient, user: User) -> None:
    first, second = OrderFactory.create_batch(2, owner=user)
    OrderFactory.create()

    assert ids(api) == [second.pk, first.pk]
    assert ids(api) == [order["id"] for order in api.get("orders/").json["results"]]


def test_filters_by_status(api: ApiClient, user: User) -> None:
    OrderFactory.create(owner=user)
    confirmed = OrderFactory.create(owner=user, status=OrderStatus.CONFIRMED)

    assert ids(api, status="confirmed") == [confirmed.pk]
    assert ids(api, status="shipped") == []


def test_filters_by_customer(api: ApiClient, user: User, customer: Customer) -> None:
    OrderFactory.create(owner=user)
    theirs = OrderFactory.create(owner=user, customer=customer)

    assert ids(api, customer=customer.pk) == [theirs.pk]


def test_another_users_customer_has_no_orders_here(api: ApiClient) -> None:
    assert ids(api, customer=OrderFactory.create().customer.pk) == []
    assert ids(api, customer=CustomerFactory.create().pk) == []


def test_filters_by_time_and_leaves_out_the_ends(api: ApiClient, user: User) -> None:
    early, middle, late = (
        OrderFactory.create(owner=user, created_at=datetime(2026, 11, 22, hour, tzinfo=UTC)) for hour in (8, 9, 10)
    )

    assert ids(api, created_after="2026-11-22T08:00:00Z") == [late.pk, middle.pk]
    assert ids(api, created_before="2026-11-22T10:00:00Z") == [middle.pk, early.pk]
    assert ids(api, created_after="2026-11-22T08:00:00Z", created_before="2026-11-22T11:00:00+01:00") == [middle.pk]
    assert ids(api, created_after="2026-11-22T09:30:00") == [late.pk]


def test_filters_can_be_combined(api: ApiClient, user: User, customer: Customer) -> None:
    OrderFactory.create(owner=user, customer=customer)
    found = OrderFactory.create(owner=user, customer=customer, status=OrderStatus.CANCELLED)
    OrderFactory.create(owner=user, status=OrderStatus.CANCELLED)

    assert ids(api, customer=customer.pk, status="cancelled", created_after="2000-01-01") == [found.pk]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("status", "lost", "invalid_choice"),
        ("customer", "ada", "invalid"),
        ("customer", "0", "min_value"),
        ("customer", "9223372036854775808", "max_value"),
        ("created_after", "yesterday", "invalid"),
        ("created_before", "2026-13-01", "invalid"),
        ("created_before", "0001-01-01T00:00:00+14:00", "invalid"),
        ("created_after", "9999-12-31T23:59:59-14:00", "invalid"),
    ],
)
def test_refuses_a_filter_that_is_none(someone: ApiClient, name: str, value: str, code: str) -> None:
    answer = someone.get("orders/", {name: value})

    assert answer.status == 400
    assert answer.fields() == [(name, code)]


def test_every_wrong_filter_is_named(someone: ApiClient) -> None:
    answer = someone.get("orders/", {"created_after": "x", "status": "x", "customer": "x"})

    assert sorted(answer.fields()) == [
        ("created_after", "invalid"),
        ("customer", "invalid"),
        ("status", "invalid_choice"),
    ]


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_the_last_moment_are_moments(someone: ApiClient, user: User, year: str) -> None:
    OrderFactory.create(owner=user)

    assert len(ids(someone, created_after=year) + ids(someone, created_before=year)) == 1


def test_changes_the_address_of_a_pending_order(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(owner=user, items=2)

    answer = api.patch(f"orders/{order.pk}/", {"shipping_address": "2 Low Road"})

    assert answer.status == 200
    assert answer.json["shipping_address"] == "2 Low Road"
    assert answer.json == api.get(f"orders/{order.pk}/").json


@pytest.mark.parametrize("status", [OrderStatus.CONFIRMED, OrderStatus.CANCELLED])
def test_the_address_stays_once_the_order_is_not_pending(someone: ApiClient, user: User, status: OrderStatus) -> None:
    order = OrderFactory.create(owner=user, status=status)

    answer = someone.patch(f"orders/{order.pk}/", {"shipping_address": "2 Low Road"})

    assert answer.status == 400
    assert answer.json["code"] == "order_not_pending"
    order.refresh_from_db()
    assert order.shipping_address != "2 Low Road"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("shipping_address", "required")]),
        ({"shipping_address": ""}, [("shipping_address", "blank")]),
        ({"shipping_address": "x" * 501}, [("shipping_address", "max_length")]),
        ({"shipping_address": "2 Low Road", "status": "shipped"}, [("status", "unknown_field")]),
        ({"total": "0.00"}, [("shipping_address", "required"), ("total", "unknown_field")]),
    ],
)
def test_nothing_but_the_address_can_be_changed(
    someone: ApiClient, user: User, body: dict[str, str], errors: list[tuple[str, str]]
) -> None:
    order = OrderFactory.create(owner=user)

    answer = someone.patch(f"orders/{order.pk}/", body)

    assert answer.status == 400
    assert sorted(answer.fields()) == sorted(errors)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("POST", "confirm/"), ("POST", "ship/"), ("POST", "cancel/")],
)
def test_somebody_elses_order_is_a_404(api: ApiClient, method: str, path: str) -> None:
    theirs = OrderFactory.create()
    before = Order.objects.values().get()

    answer = api.request(
        method,
        f"orders/{theirs.pk}/{path}",
        {"tracking_number": "T-1"} if path == "ship/" else {"shipping_address": "Mine"},
    )

    assert answer.status == 404
    assert answer.json["code"] == "not_found"
    assert Order.objects.values().get() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "orders/"),
        ("POST", "orders/"),
        ("GET", "orders/1/"),
        ("PATCH", "orders/1/"),
        ("POST", "orders/1/confirm/"),
        ("POST", "orders/1/ship/"),
        ("POST", "orders/1/cancel/"),
    ],
)
def test_visitors_are_asked_who_they_are(visitor: ApiClient, method: str, path: str) -> None:
    assert visitor.request(method, path, {}).status == 401


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "orders/", "GET, HEAD, POST"),
        ("DELETE", "orders/1/", "GET, HEAD, PATCH"),
        ("PUT", "orders/1/", "GET, HEAD, PATCH"),
        ("GET", "orders/1/confirm/", "POST"),
        ("HEAD", "orders/1/ship/", "POST"),
        ("PUT", "orders/1/cancel/", "POST"),
    ],
)
def test_a_wrong_method_is_a_405_that_lists_the_right_ones(
    someone: ApiClient, method: str, path: str, allowed: str
) -> None:
    answer = someone.request(method, path, {})

    assert answer.status == 405
    assert answer.allowed == set(allowed.split(", "))
