"""Writers that meet at the same order at the same moment: exactly one wins, the others are told why they did not."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.emails import send_order_confirmation
from apps.orders.models import Customer, Order
from proofs.postgresql import Threads, on_postgresql
from tests.authentication import authenticate_somehow
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory, OrderFactory

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]

WRITERS = 6

type Answer = tuple[int, str]


def at_once(*requests: Callable[[Client], Answer], user: User) -> list[Answer]:
    """Return the answers to requests that begin at the same moment, each from a client of its own."""
    start = Barrier(len(requests))

    def send(request: Callable[[Client], Answer], client: Client) -> Answer:
        start.wait(timeout=30)
        return request(client)

    clients = [Client() for _ in requests]
    for client in clients:
        authenticate_somehow(client, user)
    with Threads(len(requests)) as threads:
        return [
            answer.result() for answer in [threads.submit(send, *pair) for pair in zip(requests, clients, strict=True)]
        ]


def act(order: Order, action: str, body: dict[str, str] | None = None) -> Callable[[Client], Answer]:
    """Return a request that confirms, ships or cancels `order`; its answer is the status and the new state or code."""

    def request(client: Client) -> Answer:
        response = client.post(f"/api/v1/orders/{order.pk}/{action}/", body or {}, content_type="application/json")
        answer = response.json()
        return response.status_code, answer["status" if response.status_code == 200 else "code"]

    return request


@pytest.fixture
def order(staff: User) -> Order:
    return OrderFactory.create(owner=staff, customer=CustomerFactory.create(owner=staff))


def test_an_order_is_confirmed_once_and_one_mail_is_sent(order: Order, staff: User, mailoutbox: list[object]) -> None:
    answers = at_once(*[act(order, "confirm")] * WRITERS, user=staff)

    assert sorted(answers) == [(200, "confirmed"), *[(400, "order_not_pending")] * (WRITERS - 1)]
    assert len(mailoutbox) == 1


def test_an_order_is_shipped_or_cancelled_but_not_both(order: Order, staff: User) -> None:
    Order.objects.update(status=OrderStatus.CONFIRMED)
    ship = act(order, "ship", {"tracking_number": "T-1"})
    cancel = act(order, "cancel")

    answers = at_once(*[ship, cancel] * (WRITERS // 2), user=staff)

    (winner,) = [state for status, state in answers if status == 200]
    assert set(answers) == {(200, winner), (400, "order_not_confirmed"), (400, "order_not_cancellable")}
    order.refresh_from_db()
    assert order.status == winner
    assert order.tracking_number == ("T-1" if winner == "shipped" else "")


def test_an_order_that_is_confirmed_and_cancelled_at_once_ends_cancelled(order: Order, staff: User) -> None:
    """Cancelling is possible before and after the confirmation; a confirmation after it is refused."""
    confirm, cancel = at_once(act(order, "confirm"), act(order, "cancel"), user=staff)

    assert cancel == (200, "cancelled")
    assert confirm in [(200, "confirmed"), (400, "order_not_pending")]
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_a_confirmation_that_is_delivered_to_many_workers_at_once_is_sent_once(order: Order) -> None:
    Order.objects.update(status=OrderStatus.CONFIRMED)
    start = Barrier(WRITERS)

    def deliver() -> str:
        start.wait(timeout=30)
        return send_order_confirmation(order_id=order.pk)

    with Threads(WRITERS) as threads:
        results = [result.result() for result in [threads.submit(deliver) for _ in range(WRITERS)]]

    assert sorted(results) == ["sent", *["skipped"] * (WRITERS - 1)]
    assert len(mail.outbox) == 1


def test_an_address_is_not_changed_after_the_confirmation(order: Order, staff: User) -> None:
    def move(client: Client) -> Answer:
        body = {"shipping_address": "Elsewhere 1"}
        response = client.patch(f"/api/v1/orders/{order.pk}/", body, content_type="application/json")
        return response.status_code, response.json().get("code", "moved")

    moved, confirmed = at_once(move, act(order, "confirm"), user=staff)

    assert confirmed == (200, "confirmed")
    order.refresh_from_db()
    assert (moved, order.shipping_address == "Elsewhere 1") in [
        ((200, "moved"), True),
        ((400, "order_not_pending"), False),
    ]


def test_a_customer_is_deleted_or_orders_but_not_both(staff: User) -> None:
    customer = CustomerFactory.create(owner=staff)
    product = ProductFactory.create()

    def delete(client: Client) -> Answer:
        return client.delete(f"/api/v1/customers/{customer.pk}/").status_code, "delete"

    def create(client: Client) -> Answer:
        body = {
            "customer": customer.pk,
            "shipping_address": "Here 1",
            "items": [{"product": product.pk, "quantity": 1}],
        }
        return client.post("/api/v1/orders/", body, content_type="application/json").status_code, "create"

    answers = at_once(delete, create, user=staff)

    there = Customer.objects.filter(pk=customer.pk).exists()
    assert answers == ([(409, "delete"), (201, "create")] if there else [(204, "delete"), (400, "create")])
