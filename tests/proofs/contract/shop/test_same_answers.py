"""Every API returns the same customers, orders and products."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.orders.models import Order
from proofs.contract.apis import ROOTS
from proofs.contract.client import ApiClient
from tests.orders.factories import OrderFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(len(ROOTS) < 2, reason="There is one API, and nothing to compare it with."),
]


@pytest.fixture
def everywhere(user: User, authenticate_somehow: Callable[[Client, User], None]) -> list[ApiClient]:
    """A client of `user` for each API."""
    clients = [ApiClient(root, budget=7) for root in ROOTS]
    for client in clients:
        authenticate_somehow(client.django, user)
    return clients


@pytest.mark.parametrize(
    "path", ["orders/", "orders/?page_size=2", "customers/?page_size=1", "products/", "orders/{}/"]
)
def test_what_is_read(everywhere: list[ApiClient], user: User, path: str) -> None:
    orders = OrderFactory.create_batch(3, owner=user, items=2, customer__name="Zoë 🦉 <b>")

    answers = [client.get(path.format(orders[0].pk)) for client in everywhere]
    found = [
        json.loads(answer.content.decode().replace(client.root, "/"))
        for client, answer in zip(everywhere, answers, strict=True)
    ]

    assert all(other == found[0] for other in found)


def test_what_is_written(everywhere: list[ApiClient], new_order: dict[str, Any]) -> None:
    told = []
    for client in everywhere:
        created = client.post("orders/", new_order)
        pk = created.json["id"]
        changed = client.patch(f"orders/{pk}/", {"shipping_address": "2 Low Road"})
        confirmed = client.post(f"orders/{pk}/confirm/")
        refused = client.post(f"orders/{pk}/ship/", {"tracking_number": "T-1"})
        cancelled = client.post(f"orders/{pk}/cancel/")
        answers = [created, changed, confirmed, refused, cancelled]
        text = b"[%s]" % b",".join(answer.content for answer in answers)
        told.append(json.loads(re.sub(r'"id":\d+|"created_at":"[^"]+"', '"x":1', text.decode())))
        assert [answer.status for answer in answers] == [201, 200, 200, 403, 200]

    assert all(other == told[0] for other in told)


def test_a_key_used_with_one_is_used_with_all(everywhere: list[ApiClient], new_order: dict[str, Any]) -> None:
    answers = [client.post("orders/", new_order, idempotency_key="the-same-key") for client in everywhere]

    assert Order.objects.count() == 1
    assert all(answer.json == answers[0].json for answer in answers)


@pytest.mark.parametrize("cursor", [True, False])
def test_a_cursor_of_one_leads_on_in_all(
    everywhere: list[ApiClient],
    user: User,
    cursor: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    OrderFactory.create_batch(3, owner=user)
    first = everywhere[0].get("orders/", {"page_size": 2}).json
    query = first["next"].partition("?")[2] if cursor else "page_size=2"

    pages = [client.get(f"orders/?{query}").json["results"] for client in everywhere]

    assert all(page == pages[0] for page in pages)
