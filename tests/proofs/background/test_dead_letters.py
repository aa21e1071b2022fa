"""Tasks that could not be done: kept, sent again, given up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from celery.app.task import Context
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError
from kombu.message import Message

from apps.outbox import services, signals
from apps.outbox.consumer import DeadLetterConsumer, file_message
from apps.outbox.models import DeadLetter, Reason, State
from apps.outbox.tasks import clear_settled_dead_letters
from proofs.background.factories import DeadLetterFactory
from proofs.background.tasks import do_as_told
from proofs.postgresql import Threads, on_postgresql

pytestmark = pytest.mark.django_db

type Told = list[Callable[..., Any]]


@pytest.fixture(autouse=True)
def _connection_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's main process lets go of the database; the test's own transaction needs it."""
    monkeypatch.setattr("apps.outbox.signals.connections", Mock())
    monkeypatch.setattr("apps.outbox.consumer.connections", Mock())


def letter_to_do(**fields: Any) -> DeadLetter:
    return DeadLetterFactory.create(task=do_as_told.name, **fields)


def message(body: Any, **headers: Any) -> Any:
    """Return a message as it comes from RabbitMQ."""
    return Mock(
        spec=Message,
        headers=headers,
        body=body,
        delivery_info={"routing_key": "shop.dead-letters"},
        decode=lambda: body,
    )


class TestReplay:
    def test_does_the_task_once_however_often_it_is_replayed(self, told: Told) -> None:
        done: list[Any] = []
        told.append(lambda **kwargs: done.append(kwargs))
        letter = letter_to_do(arguments={"order_id": 7})

        assert [services.replay_dead_letter(letter_id=letter.pk) for _ in range(2)] == [True, False]

        assert done == [{"order_id": 7}]
        letter.refresh_from_db()
        assert letter.state == State.REPLAYED
        assert letter.settled_at is not None

    def test_of_a_task_that_fails_again_leaves_one_letter_that_waits_again(self, told: Told) -> None:
        def fail(**kwargs: Any) -> None:
            raise ConnectionError("still away")

        told.append(fail)
        letter = letter_to_do(request_id="request-12345678")

        services.replay_dead_letter(letter_id=letter.pk)

        again = DeadLetter.objects.get()
        assert (again.pk, again.task_id, again.request_id) == (letter.pk, letter.task_id, letter.request_id)
        assert (again.state, again.settled_at, again.exception) == (State.WAITING, None, "ConnectionError: still away")

    def test_changes_nothing_when_the_broker_does_not_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.outbox.base.BaseTask.apply_async", Mock(side_effect=OperationalError("refused")))
        letter = letter_to_do()

        with pytest.raises(OperationalError):
            services.replay_dead_letter(letter_id=letter.pk)

        assert DeadLetter.objects.waiting().exists()

    def test_of_a_task_that_is_no_more_says_so(self) -> None:
        letter = DeadLetterFactory.create(task="apps.gone.tasks.send")

        with pytest.raises(services.UnknownTask, match=r"There is no task apps\.gone\.tasks\.send in this project"):
            services.replay_dead_letter(letter_id=letter.pk)

        assert DeadLetter.objects.waiting().exists()

    def test_gives_back_arguments_of_every_kind(self, told: Told) -> None:
        given = {"when": timezone.now(), "text": "a NUL \0 and “quotes”"}
        seen: list[Any] = []
        told.append(lambda **kwargs: seen.append(kwargs))
        letter = services.file_dead_letter(
            task_id="x",
            task=do_as_told.name,
            args=[],
            kwargs=given,
            queue="",
            reason=Reason.FAILED,
            exception="\0",
            attempts=1,
        )

        services.replay_dead_letter(letter_id=letter.pk)

        assert seen == [given]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_replay_a_letter_at_once_one_does(told: Told) -> None:
    done: list[int] = []
    told.append(lambda: done.append(1))
    letter = letter_to_do()

    with Threads(6) as threads:
        results = [threads.submit(services.replay_dead_letter, letter_id=letter.pk) for _ in range(6)]
        assert sorted(result.result() for result in results) == [False] * 5 + [True]

    assert done == [1]


def test_a_discarded_letter_can_be_neither_replayed_nor_discarded_again() -> None:
    letter = letter_to_do()

    assert services.discard_dead_letter(letter_id=letter.pk)

    assert not services.discard_dead_letter(letter_id=letter.pk)
    assert not services.replay_dead_letter(letter_id=letter.pk)
    assert DeadLetter.objects.get().state == State.DISCARDED


def test_what_was_settled_long_ago_is_forgotten() -> None:
    long_ago = timezone.now() - services.REMEMBERED - timedelta(days=1)
    DeadLetterFactory.create(state=State.REPLAYED, settled_at=long_ago)
    kept = [
        DeadLetterFactory.create(state=State.DISCARDED, settled_at=timezone.now()),
        DeadLetterFactory.create(died_at=long_ago),
    ]

    assert clear_settled_dead_letters.delay().get() == 1

    assert list(DeadLetter.objects.order_by("pk")) == kept


class TestWhatTheBrokerGaveUp:
    def test_is_filed_with_why_and_where_it_was(self) -> None:
        death = {"reason": "delivery_limit", "queue": "shop.default", "count": 1}
        headers = {
            "id": "the-task",
            "task": do_as_told.name,
            "retries": 1,
            "context": {"request_id": "request-12345678"},
        }

        file_message(message([[], {"order_id": 7}, {}], **headers, **{"x-death": [death], "x-delivery-count": 3}))

        letter = DeadLetter.objects.get()
        assert (letter.task_id, letter.task, letter.kwargs) == ("the-task", do_as_told.name, '{"order_id": 7}')
        assert (letter.reason, letter.queue, letter.attempts) == (Reason.GIVEN_UP, "shop.default", 4)
        assert letter.exception == "Its workers died, or the connection to them."
        assert letter.request_id == "request-12345678"

    def test_is_filed_even_if_it_is_no_task_at_all(self) -> None:
        file_message(message("what is this?"))

        letter = DeadLetter.objects.get()
        assert (letter.task, letter.args) == ("", '["what is this?"]')

    def test_is_taken_off_the_queue_once_it_is_filed(self) -> None:
        given_up = message([[], {}, {}], id="the-task", task=do_as_told.name)

        consumer().file(given_up)

        assert DeadLetter.objects.exists()
        given_up.ack.assert_called_once_with()

    def test_goes_back_after_a_while_when_the_database_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "file_dead_letter", Mock(side_effect=DatabaseError))
        given_up, waiting = message([[], {}, {}]), consumer()

        waiting.file(given_up)

        given_up.ack.assert_not_called()
        ((_, give_back), _) = waiting.timer.call_after.call_args
        give_back()
        given_up.requeue.assert_called_once_with()


def consumer() -> DeadLetterConsumer:
    return DeadLetterConsumer(Mock())


def test_a_failure_that_the_database_does_not_take_is_judged_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "file_dead_letter", Mock(side_effect=DatabaseError))
    sent: list[Any] = []
    monkeypatch.setattr("celery.Task.apply_async", lambda task, args, kwargs, **options: sent.append((kwargs, options)))
    do_as_told.request_stack.push(Context(id="the-task", args=(), kwargs={"order_id": 7}, retries=2))

    signals.bury(do_as_told, (), {"order_id": 7}, "ConnectionError", Reason.FAILED)

    do_as_told.request_stack.pop()
    ((kwargs, options),) = sent
    assert kwargs == {"order_id": 7}
    assert (options["task_id"], options["retries"], options["countdown"]) == ("the-task", 2, signals.DATABASE_PAUSE)


def test_a_task_that_expired_is_filed_and_one_that_was_revoked_is_not() -> None:
    request = Context(id="the-task", args=(), kwargs={}, retries=0)

    signals.bury_expired(do_as_told, request=request, expired=False)
    assert not DeadLetter.objects.exists()

    signals.bury_expired(do_as_told, request=request, expired=True)
    assert DeadLetter.objects.get().reason == Reason.GIVEN_UP


@pytest.mark.parametrize(("transport", "filed"), [("sqs", True), ("amqp", False)])
def test_an_unknown_task_is_filed_where_the_broker_does_not_keep_it(transport: str, filed: bool) -> None:  # noqa: FBT001 - a parameter
    worker = Mock()
    worker.connection.transport.driver_type = transport

    signals.bury_unknown(worker, message([[], {}, {}], id="the-task", task="apps.gone.tasks.send"))

    assert DeadLetter.objects.exists() is filed
