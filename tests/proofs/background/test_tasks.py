"""What every task of the project does, here in the process that asks for it."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog

from apps.accounts.models import User
from apps.outbox.models import DeadLetter, Reason, State
from apps.observability.context import get_request_id
from structlog.contextvars import bound_contextvars
from proofs.requests import serving
from proofs.background.tasks import do_as_told

pytestmark = pytest.mark.django_db

type Told = list[Callable[..., Any]]


def fail(**kwargs: Any) -> None:
    raise ConnectionError("the mail server is away")


def test_a_task_is_tried_again_until_it_succeeds(told: Told) -> None:
    attempts: list[int] = []

    def fail_once() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            fail()

    told.append(fail_once)
    do_as_told.delay()

    assert len(attempts) == 2
    assert not DeadLetter.objects.exists()


def test_a_task_that_fails_to_the_last_is_a_dead_letter(told: Told) -> None:
    attempts: list[Any] = []
    told.extend([lambda **kwargs: attempts.append(kwargs), fail])

    with bound_contextvars(request_id="request-12345678"):
        do_as_told.apply_async(kwargs={"order_id": 7}, task_id="the-task")

    assert attempts == [{"order_id": 7}] * 3
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.task_id, letter.kwargs) == (
        "proofs.background.tasks.do_as_told",
        "the-task",
        '{"order_id": 7}',
    )
    assert (letter.reason, letter.state, letter.attempts) == (Reason.FAILED, State.WAITING, 3)
    assert letter.exception == "ConnectionError: the mail server is away"
    assert "in fail" in letter.traceback
    assert letter.request_id == "request-12345678"


def test_a_task_works_in_the_name_of_the_request_and_the_user_it_was_begun_for(told: Told, user: User, rf: Any) -> None:
    seen: list[Any] = []
    told.append(lambda: seen.append((get_request_id(), structlog.contextvars.get_contextvars())))
    request = rf.get("/")
    request.user = user

    with bound_contextvars(request_id="request-12345678"), serving(request):
        result = do_as_told.delay()
        assert structlog.contextvars.get_contextvars() == {}

    assert seen == [
        (
            "request-12345678",
            {
                "request_id": "request-12345678",
                "user_id": str(user.pk),
                "task": "proofs.background.tasks.do_as_told",
                "task_id": result.id,
            },
        )
    ]


def test_what_a_task_begins_is_in_the_same_name(told: Told) -> None:
    seen: list[str] = []

    def begin_another(*, first: bool) -> None:
        seen.append(get_request_id())
        if first:
            do_as_told.delay(first=False)

    told.append(begin_another)
    with bound_contextvars(request_id="request-12345678"):
        do_as_told.delay(first=True)

    assert seen == ["request-12345678"] * 2
