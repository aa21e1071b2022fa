"""POST orders/{id}/confirm/, ship/ and cancel/."""

from collections.abc import Callable

import pytest
from django.core import mail
from guardian.shortcuts import assign_perm
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.models import Order
from proofs.contract.client import ApiClient
from tests.factories import UserFactory
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.query_budget(5)

type CallAs = Callable[[User], ApiClient]

ALL = set(OrderStatus)


def order_of(user: User, status: OrderStatus = OrderStatus.PENDING) -> Order:
    tracking_number = "T-0" if status == OrderStatus.SHIPPED else ""
    return OrderFactory.create(owner=user, status=status, tracking_number=tracking_number, items=4)


def test_confirms_a_pending_order_and_tells_the_customer(
    api: ApiClient, user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    order = order_of(user)

    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(f"orders/{order.pk}/confirm/")
        assert mail.outbox == []

    assert answer.status == 200
    assert (answer.json["status"], answer.json["status_display"]) == ("confirmed", "Confirmed")
    assert answer.json["item_count"] == 4
    assert answer.json == api.get(f"orders/{order.pk}/").json
    (message,) = mail.outbox
    assert message.to == [order.customer.email]


@pytest.mark.parametrize("status", sorted(ALL - {OrderStatus.PENDING}))
def test_only_pending_orders_can_be_confirmed(api: ApiClient, user: User, status: OrderStatus) -> None:
    order = order_of(user, status)

    answer = api.post(f"orders/{order.pk}/confirm/")

    assert answer.status == 400
    assert answer.json == {
        "detail": "Only pending orders can be confirmed.",
        "code": "order_not_pending",
        "errors": [],
    }
    order.refresh_from_db()
    assert order.status == status


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.CONFIRMED])
def test_cancels_an_order_that_has_not_left(api: ApiClient, user: User, status: OrderStatus) -> None:
    order = order_of(user, status)

    answer = api.post(f"orders/{order.pk}/cancel/")

    assert answer.status == 200
    assert answer.json["status"] == "cancelled"
    assert answer.json == api.get(f"orders/{order.pk}/").json


@pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.CANCELLED])
def test_an_order_that_left_or_was_cancelled_stays_so(api: ApiClient, user: User, status: OrderStatus) -> None:
    order = order_of(user, status)

    answer = api.post(f"orders/{order.pk}/cancel/")

    assert answer.status == 400
    assert answer.json["code"] == "order_not_cancellable"
    order.refresh_from_db()
    assert order.status == status


def test_staff_ship_anybodys_confirmed_order(call_as: CallAs, user: User, staff: User) -> None:
    order = order_of(user, OrderStatus.CONFIRMED)

    answer = call_as(staff).post(f"orders/{order.pk}/ship/", {"tracking_number": " T-1 "})

    assert answer.status == 200
    assert (answer.json["status"], answer.json["tracking_number"]) == ("shipped", "T-1")
    assert answer.json == call_as(user).get(f"orders/{order.pk}/").json


def test_a_holder_of_the_permission_ships_an_order_that_is_not_theirs(api: ApiClient, user: User) -> None:
    order, other = (
        order_of(UserFactory.create(), OrderStatus.CONFIRMED),
        order_of(UserFactory.create(), OrderStatus.CONFIRMED),
    )
    assign_perm("orders.ship_order", user, order)

    assert api.post(f"orders/{order.pk}/ship/", {"tracking_number": "T-1"}).status == 200
    assert api.post(f"orders/{other.pk}/ship/", {"tracking_number": "T-1"}).status == 404
    assert api.get(f"orders/{order.pk}/").status == 404


def test_the_owner_may_not_ship(api: ApiClient, user: User) -> None:
    order = order_of(user, OrderStatus.CONFIRMED)

    answer = api.post(f"orders/{order.pk}/ship/", {"tracking_number": "T-1"})

    assert answer.status == 403
    assert answer.json["code"] == "permission_denied"
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_the_permission_for_all_orders_does_not_stand_for_each(api: ApiClient, user: User) -> None:
    order = order_of(user, OrderStatus.CONFIRMED)
    assign_perm("orders.ship_order", user)

    assert api.post(f"orders/{order.pk}/ship/", {"tracking_number": "T-1"}).status == 403


@pytest.mark.parametrize("body", [None, {}, {"tracking_number": ""}, {"tracking_number": "  "}])
def test_shipping_needs_a_tracking_number(
    call_as: CallAs, user: User, staff: User, body: dict[str, str] | None
) -> None:
    order = order_of(user, OrderStatus.CONFIRMED)

    answer = call_as(staff).post(f"orders/{order.pk}/ship/", body)

    assert answer.status == 400
    assert answer.json["errors"] == [
        {"field": "tracking_number", "code": "required", "detail": "Tracking number required when shipping."}
    ]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"tracking_number": None}, [("tracking_number", "null")]),
        ({"tracking_number": []}, [("tracking_number", "invalid")]),
        ({"tracking_number": "x" * 101}, [("tracking_number", "max_length")]),
        ({"tracking_number": "T-1", "carrier": "Owl"}, [("carrier", "unknown_field")]),
    ],
)
def test_refuses_a_shipment_that_is_none(
    call_as: CallAs, user: User, staff: User, body: dict[str, object], errors: list[tuple[str, str]]
) -> None:
    order = order_of(user, OrderStatus.CONFIRMED)

    answer = call_as(staff).post(f"orders/{order.pk}/ship/", body)

    assert answer.status == 400
    assert answer.fields() == errors


@pytest.mark.parametrize("status", sorted(ALL - {OrderStatus.CONFIRMED}))
def test_only_confirmed_orders_can_be_shipped(call_as: CallAs, user: User, staff: User, status: OrderStatus) -> None:
    order = order_of(user, status)

    answer = call_as(staff).post(f"orders/{order.pk}/ship/", {"tracking_number": "T-1"})

    assert answer.status == 400
    assert answer.json["code"] == "order_not_confirmed"


@pytest.mark.parametrize("action", ["confirm", "ship", "cancel"])
def test_an_order_that_does_not_exist_is_a_404(call_as: CallAs, staff: User, action: str) -> None:
    answer = call_as(staff).post(f"orders/{2**63}/{action}/", {"tracking_number": "T-1"} if action == "ship" else None)

    assert answer.status == 404
