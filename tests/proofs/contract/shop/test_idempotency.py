"""The Idempotency-Key header of POST orders/."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.idempotency.models import IdempotencyKey
from apps.orders.models import Order
from apps.orders.services import create_customer
from proofs.contract.client import Answer, ApiClient
from proofs.contract.test_unavailable import error_of, failing
from proofs.postgresql import Threads, on_postgresql

pytestmark = pytest.mark.query_budget(7)

KEY = "order-2026-11-22-0001"


def test_the_same_again_gets_the_first_answer_and_creates_nothing(api: ApiClient, new_order: dict[str, Any]) -> None:
    first = api.post("orders/", new_order, idempotency_key=KEY)
    again = api.post("orders/", new_order, idempotency_key=KEY)

    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status, again.content) == (first.status, first.content) == (201, again.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert Order.objects.count() == 1
    assert again.queries <= 2


def test_the_answer_stays_the_first_one_when_the_order_has_moved_on(
    api: ApiClient, new_order: dict[str, Any], product: Product
) -> None:
    first = api.post("orders/", new_order, idempotency_key=KEY)
    api.post(f"orders/{first.json['id']}/cancel/")
    Product.objects.filter(pk=product.pk).update(available=False)

    assert api.post("orders/", new_order, idempotency_key=KEY).json == first.json


def test_white_space_and_the_order_of_the_fields_make_no_other_body(
    someone: ApiClient, new_order: dict[str, Any]
) -> None:
    first = someone.post("orders/", new_order, idempotency_key=KEY)
    again = someone.post("orders/", dict(reversed(new_order.items())), idempotency_key=KEY)

    assert again.json == first.json


def test_another_body_is_a_409(someone: ApiClient, new_order: dict[str, Any]) -> None:
    someone.post("orders/", new_order, idempotency_key=KEY)

    answer = someone.post("orders/", new_order | {"shipping_address": "2 Low Road"}, idempotency_key=KEY)

    assert answer.status == 409
    assert answer.json["code"] == "idempotency_key_reused"
    assert Order.objects.count() == 1


def test_without_a_key_every_request_counts(api: ApiClient, new_order: dict[str, Any]) -> None:
    api.post("orders/", new_order)
    api.post("orders/", new_order)

    assert Order.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_another_key_is_another_order(someone: ApiClient, new_order: dict[str, Any]) -> None:
    someone.post("orders/", new_order, idempotency_key="a")
    someone.post("orders/", new_order, idempotency_key="b")

    assert Order.objects.count() == 2


def test_keys_belong_to_one_user(
    call_as: Callable[[User], ApiClient], api: ApiClient, staff: User, new_order: dict[str, Any]
) -> None:
    api.post("orders/", new_order, idempotency_key=KEY)
    theirs = new_order | {"customer": create_customer(owner=staff, name="Grace", email="grace@example.com").pk}

    answer = call_as(staff).post("orders/", theirs, idempotency_key=KEY)

    assert answer.status == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_a_request_that_failed_may_be_tried_again(api: ApiClient, new_order: dict[str, Any], product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(available=False)
    assert api.post("orders/", new_order, idempotency_key=KEY).status == 400
    assert not IdempotencyKey.objects.exists()

    Product.objects.filter(pk=product.pk).update(available=True)
    answer = api.post("orders/", new_order, idempotency_key=KEY)

    assert answer.status == 201
    assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("hours", [24, 25])
def test_after_24_hours_a_key_is_new(someone: ApiClient, new_order: dict[str, Any], hours: int) -> None:
    first = someone.post("orders/", new_order, idempotency_key=KEY)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=hours))

    second = someone.post("orders/", new_order | {"shipping_address": "2 Low Road"}, idempotency_key=KEY)
    again = someone.post("orders/", new_order | {"shipping_address": "2 Low Road"}, idempotency_key=KEY)

    assert second.status == 201
    assert second.json["id"] != first.json["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == second.json


def test_before_that_it_is_not(someone: ApiClient, new_order: dict[str, Any]) -> None:
    someone.post("orders/", new_order, idempotency_key=KEY)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))

    assert someone.post("orders/", new_order, idempotency_key=KEY).headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "émigré", "tab\there", "🦉", "nul\0"])
def test_refuses_a_key_that_is_none(someone: ApiClient, new_order: dict[str, Any], key: str) -> None:
    answer = someone.post("orders/", new_order, idempotency_key=key)

    assert answer.status == 400
    assert answer.fields() == [("Idempotency-Key", "invalid")]
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["!", "~" * 255, "a'b\"c;d"])
def test_takes_any_visible_ascii(someone: ApiClient, new_order: dict[str, Any], key: str) -> None:
    assert someone.post("orders/", new_order, idempotency_key=key).status == 201
    assert someone.post("orders/", new_order, idempotency_key=key).headers["Idempotency-Replayed"] == "true"


def test_a_wrong_body_is_an_error_before_the_key_is_read(someone: ApiClient) -> None:
    assert someone.post("orders/", {}, idempotency_key=KEY).fields()[0] == ("customer", "required")


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.query_budget(8)  # the second request reads the row once more
@pytest.mark.parametrize("expired", [False, True])
def test_two_at_once_create_one_order(
    call_as: Callable[[User], ApiClient],
    user: User,
    new_order: dict[str, Any],
    expired: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    created = 0
    if expired:
        call_as(user).post("orders/", new_order | {"shipping_address": "Before"}, idempotency_key=KEY)
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
        created = 1
    senders = [call_as(user) for _ in range(4)]
    together = Barrier(len(senders))

    def send(client: ApiClient) -> Answer:
        together.wait()
        return client.post("orders/", new_order, idempotency_key=KEY)

    with Threads(len(senders)) as pool:
        answers = list(pool.map(send, senders))

    assert Order.objects.count() == created + 1
    assert {answer.status for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == len(senders) - 1


def fail_after_the_view(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Lose the connection when the work is committed, as when the session is saved."""

    def middleware(request: HttpRequest) -> HttpResponse:
        get_response(request)
        raise error_of("57P01")

    return middleware


@contextmanager
def failing_at(point: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lose the connection to the database at a point of a request that creates an order."""
    with ExitStack() as stack:
        patch, database = stack.enter_context(monkeypatch.context()), connections["default"]
        commit = database._commit  # noqa: SLF001 - what ends a transaction

        def fail() -> None:
            if point == "the answer to the commit":
                commit()
            raise error_of("08006")

        if point == "after the commit":
            usual = settings.MIDDLEWARE
            settings.MIDDLEWARE = [*usual, f"{__name__}.{fail_after_the_view.__name__}"]
            stack.callback(setattr, settings, "MIDDLEWARE", usual)
        elif "commit" in point:
            patch.setattr(database, "_commit", fail)
        else:
            stack.enter_context(failing(error_of("57P01"), lambda sql: sql.startswith(f'INSERT INTO "{point}"')))
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point",
    [
        "orders_order",
        "orders_orderitem",
        "idempotency_idempotencykey",
        "the commit",
        "the answer to the commit",
        "after the commit",
    ],
)
def test_after_a_503_the_same_request_creates_one_order_wherever_the_first_one_failed(
    someone: ApiClient,
    new_order: dict[str, Any],
    point: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    committed = point in {"the answer to the commit", "after the commit"}
    someone.django.raise_request_exception = False
    with failing_at(point, settings, monkeypatch):
        someone.django.handler.load_middleware()
        assert someone.post("orders/", new_order, idempotency_key=KEY).status == 503
    assert Order.objects.count() == committed

    someone.django.handler.load_middleware()
    answer = someone.post("orders/", new_order, idempotency_key=KEY)

    assert answer.status == 201
    assert ("Idempotency-Replayed" in answer.headers) == committed
    assert Order.objects.get().pk == answer.json["id"]
