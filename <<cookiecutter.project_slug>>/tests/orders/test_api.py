"""Customers and orders over HTTP."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from guardian.shortcuts import assign_perm

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order
from tests.catalog.factories import ProductFactory
from tests.client import ApiClient
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory


def new_order(user: User, **changes: Any) -> dict[str, Any]:
    """Return a body that orders one product twice for a customer of `user`."""
    body = {
        "customer": CustomerFactory.create(owner=user).pk,
        "shipping_address": "1 High Street, Springfield",
        "items": [{"product": ProductFactory.create().pk, "quantity": 2}],
    }
    return {**body, **changes}


def fields_of(response: Any) -> list[tuple[str, str]]:
    """Return the field and code of each error."""
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


# Orders


def test_shows_an_order_with_its_customer_items_and_total(api: ApiClient, user: User) -> None:
    created_at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    customer = CustomerFactory.create(owner=user, name="Ada")
    order = OrderFactory.create(owner=user, customer=customer, created_at=created_at)
    lamp = OrderItemFactory.create(order=order, product__name="Lamp", quantity=2, unit_price=Decimal("12.50"))
    table = OrderItemFactory.create(order=order, product__name="Table", quantity=1, unit_price=Decimal("10"))

    response = api.get(f"orders/{order.pk}/")

    assert response.status_code == 200
    expected = {
        "id": order.pk,
        "customer": {"id": customer.pk, "name": "Ada"},
        "status": "pending",
        "status_display": "Pending",
        "shipping_address": "1 High Street, Springfield",
        "tracking_number": "",
        "item_count": 2,
        "total": "35.00",
        "items": [
            {
                "id": lamp.pk,
                "product": lamp.product_id,
                "product_name": "Lamp",
                "quantity": 2,
                "unit_price": "12.50",
                "subtotal": "25.00",
            },
            {
                "id": table.pk,
                "product": table.product_id,
                "product_name": "Table",
                "quantity": 1,
                "unit_price": "10.00",
                "subtotal": "10.00",
            },
        ],
        "created_at": "2026-11-22T08:00:00Z",
    }
    assert expected.items() <= response.json().items()


def test_lists_orders_newest_first_as_it_shows_one(api: ApiClient, user: User) -> None:
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    orders = [OrderFactory.create(owner=user, items=2, created_at=now + timedelta(hours=hour)) for hour in range(3)]

    results = api.get("orders/").json()["results"]

    assert [order["id"] for order in results] == [order.pk for order in reversed(orders)]
    assert results[0] == api.get(f"orders/{orders[2].pk}/").json()


def test_a_full_page_needs_four_queries(api: ApiClient, user: User) -> None:
    customer = CustomerFactory.create(owner=user)
    OrderFactory.create_batch(25, owner=user, customer=customer, items=2)
    api.budget = 4

    assert len(api.get("orders/").json()["results"]) == 25


def test_pages_neither_skip_nor_repeat_orders_made_at_one_time(api: ApiClient, user: User) -> None:
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    orders = OrderFactory.create_batch(5, owner=user, created_at=now)
    url, seen = "orders/?page_size=2", []
    while url:
        page = api.get(url).json()
        seen += [order["id"] for order in page["results"]]
        url = page["next"]

    assert seen == sorted((order.pk for order in orders), reverse=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "shipped"}, ["shipped"]),
        ({"created_after": "2026-11-22T08:00:00Z"}, ["later"]),
        ({"created_before": "2026-11-22T08:00:00Z"}, ["earlier"]),
        ({"status": "shipped", "created_after": "2026-11-22T08:00:00Z"}, []),
    ],
)
def test_filters_orders(api: ApiClient, user: User, query: dict[str, str], found: list[str]) -> None:
    now, hour = datetime(2026, 11, 22, 8, tzinfo=UTC), timedelta(hours=1)
    orders = {
        "earlier": OrderFactory.create(owner=user, created_at=now - hour),
        "later": OrderFactory.create(owner=user, created_at=now + hour),
        "shipped": OrderFactory.create(owner=user, created_at=now, status="shipped", tracking_number="T-1"),
    }

    results = api.get("orders/", query).json()["results"]

    assert [order["id"] for order in results] == [orders[name].pk for name in found]


def test_filters_orders_by_customer(api: ApiClient, user: User) -> None:
    order, _ = OrderFactory.create_batch(2, owner=user)

    results = api.get("orders/", {"customer": order.customer_id}).json()["results"]

    assert [found["id"] for found in results] == [order.pk]


@pytest.mark.parametrize("query", [{"status": "lost"}, {"customer": "x"}, {"created_after": "soon"}, {"cursor": "x"}])
def test_refuses_a_bad_filter(api: ApiClient, query: dict[str, str]) -> None:
    response = api.get("orders/", query)

    assert response.status_code == 400
    assert [field for field, _ in fields_of(response)] == list(query)


def test_creates_an_order_at_current_prices(api: ApiClient, user: User) -> None:
    product = ProductFactory.create(price=Decimal("12.50"))

    response = api.post("orders/", new_order(user, items=[{"product": product.pk, "quantity": 2}]))

    assert response.status_code == 201
    created = response.json()
    assert (created["status"], created["item_count"], created["total"]) == ("pending", 1, "25.00")
    assert response.headers["Location"].endswith(f"orders/{created['id']}/")
    product.price = Decimal(99)
    product.save()
    assert api.get(f"orders/{created['id']}/").json() == created


def test_an_order_of_100_items_needs_no_more_queries_than_one_of_10(api: ApiClient, user: User) -> None:
    products = ProductFactory.create_batch(100)
    for count in (10, 100):
        items = [{"product": product.pk, "quantity": 1} for product in products[:count]]

        assert api.post("orders/", new_order(user, items=items)).status_code == 201
        assert len(api.queries) <= 5


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"customer": 2**40}, [("customer", "does_not_exist")]),
        ({"items": []}, [("items", "empty")]),
        ({"items": [{"product": 2**40, "quantity": 1}]}, [("items.0.product", "does_not_exist")]),
        ({"shipping_address": ""}, [("shipping_address", "blank")]),
        ({"shiping_address": "?"}, [("shiping_address", "unknown_field")]),
    ],
)
def test_refuses_an_order_and_leaves_nothing_behind(
    api: ApiClient, user: User, changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    response = api.post("orders/", new_order(user, **changes))

    assert response.status_code == 400
    assert fields_of(response) == errors
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 10_001])
def test_refuses_a_quantity_that_is_too_small_or_too_large(api: ApiClient, user: User, quantity: int) -> None:
    items = [{"product": ProductFactory.create().pk, "quantity": quantity}]

    response = api.post("orders/", new_order(user, items=items))

    assert response.status_code == 400
    assert [field for field, _ in fields_of(response)] == ["items.0.quantity"]


def test_refuses_a_product_twice(api: ApiClient, user: User) -> None:
    item = {"product": ProductFactory.create().pk, "quantity": 1}

    response = api.post("orders/", new_order(user, items=[item, item]))

    assert fields_of(response) == [("items.1.product", "duplicate")]


def test_refuses_products_that_are_not_available_and_names_them(api: ApiClient, user: User) -> None:
    product = ProductFactory.create(available=False)

    response = api.post("orders/", new_order(user, items=[{"product": product.pk, "quantity": 1}]))

    assert response.status_code == 400
    assert response.json()["code"] == "products_unavailable"
    assert fields_of(response) == [("items", "products_unavailable")]
    assert str(product.pk) in response.json()["errors"][0]["detail"]


def test_refuses_another_users_customer(api: ApiClient, user: User) -> None:
    response = api.post("orders/", new_order(user, customer=CustomerFactory.create().pk))

    assert fields_of(response) == [("customer", "does_not_exist")]


def test_changes_the_address_of_a_pending_order_only(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(owner=user)

    response = api.patch(f"orders/{order.pk}/", {"shipping_address": "2 High Street"})

    assert response.status_code == 200
    assert response.json()["shipping_address"] == "2 High Street"
    Order.objects.update(status=OrderStatus.CONFIRMED)
    response = api.patch(f"orders/{order.pk}/", {"shipping_address": "3 High Street"})
    assert (response.status_code, response.json()["code"]) == (400, "order_not_pending")
    order.refresh_from_db()
    assert order.shipping_address == "2 High Street"


# Transitions: which status each action is for, the one it leads to, and the code it refuses others with.
TRANSITIONS = {
    "confirm": ({"pending"}, "confirmed", "order_not_pending"),
    "ship": ({"confirmed"}, "shipped", "order_not_confirmed"),
    "cancel": ({"pending", "confirmed"}, "cancelled", "order_not_cancellable"),
}


@pytest.mark.parametrize("status", OrderStatus.values)
@pytest.mark.parametrize("action", TRANSITIONS)
def test_an_order_goes_from_status_to_status(root: str, staff: User, action: str, status: str) -> None:
    sources, target, code = TRANSITIONS[action]
    order = OrderFactory.create(owner=staff, status=status, tracking_number="T-0", items=1)
    body = {"tracking_number": "T-1"} if action == "ship" else None

    response = ApiClient(root, staff).post(f"orders/{order.pk}/{action}/", body)

    order.refresh_from_db()
    if status in sources:
        assert (response.status_code, order.status) == (200, target)
        assert response.json()["status"] == target
    else:
        assert (response.status_code, order.status) == (400, status)
        assert response.json()["code"] == code


@pytest.mark.parametrize("body", [{}, {"tracking_number": ""}, {"tracking_number": "  "}])
def test_shipping_needs_a_tracking_number(root: str, staff: User, body: dict[str, str]) -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED)

    response = ApiClient(root, staff).post(f"orders/{order.pk}/ship/", body)

    assert response.status_code == 400
    error = {"field": "tracking_number", "code": "required", "detail": "Tracking number required when shipping."}
    assert response.json()["errors"] == [error]


def test_staff_and_holders_of_the_object_permission_ship_an_order(root: str, user: User, staff: User) -> None:
    mine, granted, other = (
        OrderFactory.create(owner=owner, status=OrderStatus.CONFIRMED) for owner in (user, staff, UserFactory.create())
    )
    assign_perm("orders.ship_order", user, granted)
    ship = {"tracking_number": "T-1"}

    assert ApiClient(root, user).post(f"orders/{mine.pk}/ship/", ship).status_code == 403
    assert ApiClient(root, user).post(f"orders/{granted.pk}/ship/", ship).status_code == 200
    assert ApiClient(root, user).post(f"orders/{other.pk}/ship/", ship).status_code == 404
    assert ApiClient(root, staff).post(f"orders/{mine.pk}/ship/", ship).status_code == 200


# Idempotency


def test_the_same_key_and_body_again_create_nothing(api: ApiClient, user: User) -> None:
    api.budget = 7
    body, headers = new_order(user), {"Idempotency-Key": "k-1"}

    first, second = (api.post("orders/", body, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_a_conflict(api: ApiClient, user: User) -> None:
    api.budget = 7
    headers = {"Idempotency-Key": "k-1"}
    api.post("orders/", new_order(user), headers=headers)

    response = api.post("orders/", new_order(user), headers=headers)

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_two_users_may_use_the_same_key(root: str) -> None:
    for user in UserFactory.create_batch(2):
        api = ApiClient(root, user)
        api.budget = 7
        assert api.post("orders/", new_order(user), headers={"Idempotency-Key": "k-1"}).status_code == 201

    assert Order.objects.count() == 2


def test_a_refused_request_does_not_use_up_its_key(api: ApiClient, user: User) -> None:
    api.budget = 7
    headers = {"Idempotency-Key": "k-1"}

    assert api.post("orders/", new_order(user, customer=2**40), headers=headers).status_code == 400
    assert api.post("orders/", new_order(user), headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "é", "x" * 256])
def test_refuses_a_bad_key(api: ApiClient, user: User, key: str) -> None:
    response = api.post("orders/", new_order(user), headers={"Idempotency-Key": key})

    assert fields_of(response) == [("Idempotency-Key", "invalid")]


# Customers


def test_keeps_customers(api: ApiClient) -> None:
    response = api.post("customers/", {"name": "Ada", "email": "ada@example.com"})

    assert response.status_code == 201
    created = response.json()
    assert created.keys() == {"id", "name", "email", "created_at"}
    url = f"customers/{created['id']}/"
    assert response.headers["Location"].endswith(url)
    assert api.patch(url, {"name": "Ada Lovelace"}).json() == {**created, "name": "Ada Lovelace"}
    assert api.get(url).json()["name"] == "Ada Lovelace"
    assert api.delete(url).status_code == 204
    assert not Customer.objects.exists()


def test_a_customer_with_orders_stays(api: ApiClient, user: User) -> None:
    order = OrderFactory.create(owner=user)

    response = api.delete(f"customers/{order.customer_id}/")

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert Customer.objects.exists()


@pytest.mark.parametrize(("field", "value", "code"), [("name", "", "blank"), ("email", "ada", "invalid")])
def test_refuses_a_bad_customer(api: ApiClient, field: str, value: str, code: str) -> None:
    response = api.post("customers/", {"name": "Ada", "email": "ada@example.com", field: value})

    assert response.status_code == 400
    assert fields_of(response) == [(field, code)]
