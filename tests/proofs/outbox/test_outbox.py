"""A task from its enqueueing to its end, in the process that enqueues it."""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from unittest.mock import Mock

import pytest
import structlog
from celery import current_app
from celery.exceptions import Ignore, Reject
from django.db import DatabaseError, transaction
from django.template import TemplateSyntaxError
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from structlog.contextvars import bound_contextvars

from apps.accounts.models import User
from apps.observability.context import get_request_id
from apps.outbox import broker, services
from apps.outbox.models import OutboxTask, State
from apps.outbox.services import enqueue
from apps.outbox.tasks import send_overdue
from proofs.outbox.factories import FailedTaskFactory, OutboxTaskFactory
from proofs.outbox.tasks import do_as_told
from proofs.postgresql import Threads, on_postgresql
from proofs.requests import serving

pytestmark = pytest.mark.django_db

type Told = list[Callable[..., Any]]
LONG_AGO = timezone.now() - timedelta(hours=1)


@pytest.fixture(autouse=True)
def _connection_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's main process closes its connection; the test's own transaction needs it."""
    monkeypatch.setattr("apps.outbox.base.connections", Mock())


@pytest.fixture
def done(told: Told) -> list[dict[str, Any]]:
    """The arguments of every run of `do_as_told`."""
    runs: list[dict[str, Any]] = []
    told.append(lambda **kwargs: runs.append(kwargs))
    return runs


@pytest.fixture
def broker_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "broker_url", "amqp://127.0.0.1:1//")
    monkeypatch.setitem(current_app.conf, "task_always_eager", False)
    monkeypatch.setattr(broker.Circuit, "retry_at", 0.0)


class UnprintableError(Exception):
    """An error that fails when it is written."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def fail(**kwargs: Any) -> None:
    raise ConnectionError("the mail server is away")


def lost(**fields: Any) -> OutboxTask:
    """A task that was enqueued and should have finished long ago."""
    fields = {"queued_at": LONG_AGO, "next_attempt_at": LONG_AGO, **fields}
    return OutboxTaskFactory.create(name=do_as_told.name, **fields)


class TestEnqueue:
    def test_runs_the_task_after_the_commit_and_deletes_its_row(
        self, done: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        given = {"when": timezone.now(), "text": "a NUL \0 and “quotes”"}

        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            enqueue(do_as_told, **given)
            assert OutboxTask.objects.get().name == do_as_told.name
            assert done == []

        assert done == [given]
        assert not OutboxTask.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_works_outside_a_transaction(self, done: list[Any]) -> None:
        enqueue(do_as_told, order_id=7)

        assert done == [{"order_id": 7}]
        assert not OutboxTask.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_is_undone_by_a_rollback(self, done: list[Any]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            enqueue(do_as_told, order_id=7)
            raise DatabaseError

        assert done == []
        assert not OutboxTask.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_is_undone_by_a_rollback_to_a_savepoint(self, done: list[Any]) -> None:
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic():
                enqueue(do_as_told, order_id=7)
                raise DatabaseError
            enqueue(do_as_told, order_id=8)

        assert done == [{"order_id": 8}]
        assert not OutboxTask.objects.exists()

    def test_costs_one_query_and_finishing_another(
        self,
        done: list[Any],
        django_assert_num_queries: DjangoAssertNumQueries,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks() as callbacks, django_assert_num_queries(1):
            enqueue(do_as_told)
        with django_assert_num_queries(1):
            callbacks[0]()

    def test_refuses_arguments_that_are_no_json(self) -> None:
        with pytest.raises(TypeError):
            enqueue(do_as_told, order=object())

    @pytest.mark.usefixtures("broker_down")
    @pytest.mark.django_db(transaction=True)
    def test_keeps_the_row_while_the_broker_is_down(self, done: list[Any]) -> None:
        for _ in range(3):
            enqueue(do_as_told)

        assert OutboxTask.objects.filter(state=State.QUEUED).count() == 3
        assert done == []


class TestATaskThatFails:
    def test_is_retried_until_it_succeeds(self, told: Told) -> None:
        attempts: list[int] = []

        def fail_once() -> None:
            attempts.append(1)
            if len(attempts) == 1:
                fail()

        told.append(fail_once)
        services.send(OutboxTaskFactory.create(name=do_as_told.name))

        assert len(attempts) == 2
        assert not OutboxTask.objects.exists()

    def test_is_kept_with_its_traceback_and_replayed_once(self, told: Told, done: list[Any]) -> None:
        told.append(fail)
        entry = OutboxTaskFactory.create(name=do_as_told.name, arguments={"order_id": 7})
        services.send(entry)

        entry.refresh_from_db()
        assert (entry.state, entry.attempts, len(done)) == (State.FAILED, 3, 3)
        assert entry.exception == "ConnectionError: the mail server is away"
        assert "in fail" in entry.traceback
        assert entry.failed_at is not None

        told.remove(fail)
        with transaction.atomic():
            assert services.replay(OutboxTask.objects.all()) == 1
            assert services.replay(OutboxTask.objects.all()) == 0

    @pytest.mark.parametrize(
        "error",
        [
            UnicodeEncodeError("ascii", "\ud800", 0, 1, "surrogates"),
            ValueError("half a letter \ud83d, a NUL \0 and \x1b[31m"),
            RuntimeError("x" * 1_000_000),
            SMTPRecipientsRefused({"ada@example.com": (550, b"\xff no such user")}),
            SMTPServerDisconnected("Connection unexpectedly closed"),
            TemplateSyntaxError("Invalid block tag"),
            ExceptionGroup("several", [KeyError(b"\xff"), RecursionError()]),
            UnprintableError(),
            StopIteration(),
            AssertionError(),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_is_kept_whatever_it_raises(self, told: Told, error: Exception) -> None:
        def break_off(**kwargs: Any) -> None:
            raise error

        told.append(break_off)
        entry = OutboxTaskFactory.create(name=do_as_told.name)
        services.send(entry)

        entry.refresh_from_db()
        assert (entry.state, entry.attempts) == (State.FAILED, 3)
        assert type(error).__name__ in entry.exception.splitlines()[0]
        assert len(entry.exception) < 60_000 > len(entry.traceback)

    @pytest.mark.parametrize(("headers", "left"), [({"outbox": 1}, Ignore), ({}, Reject)])
    def test_is_left_to_the_outbox_if_its_retry_cannot_be_sent(
        self, monkeypatch: pytest.MonkeyPatch, headers: dict[str, int], left: type[Exception]
    ) -> None:
        monkeypatch.setattr("celery.canvas.Signature.apply_async", Mock(side_effect=OperationalError("no broker")))
        do_as_told.push_request(headers=headers, called_directly=False, is_eager=False, args=[], kwargs={})

        with pytest.raises(left):
            do_as_told.retry(exc=ConnectionError("the mail server is away"))

        do_as_told.pop_request()

    def test_needs_no_row_before(self, told: Told) -> None:
        told.append(fail)

        do_as_told.apply_async(kwargs={"order_id": 7}, task_id="the-task")

        entry = OutboxTask.objects.get()
        assert (entry.task_id, entry.kwargs, entry.attempts) == ("the-task", '{"order_id": 7}', 3)
        assert (entry.state, entry.queue) == (State.FAILED, "default")


class TestReplay:
    def test_runs_failed_tasks_as_if_for_the_first_time(
        self, done: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        FailedTaskFactory.create(name=do_as_told.name, arguments={"order_id": 7})
        OutboxTaskFactory.create(name=do_as_told.name, next_attempt_at=timezone.now() + timedelta(minutes=1))

        with django_capture_on_commit_callbacks(execute=True):
            assert services.replay(OutboxTask.objects.all()) == 1

        assert done == [{"order_id": 7}]
        assert OutboxTask.objects.count() == 1

    def test_of_many_sends_one_message_from_the_request(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        sent: list[str] = []
        monkeypatch.setattr(broker, "publish", lambda task, *args, **options: sent.append(task.name))
        FailedTaskFactory.create_batch(3)

        with django_capture_on_commit_callbacks(execute=True):
            assert services.replay(OutboxTask.objects.all()) == 3

        assert sent == [send_overdue.name]

    def test_of_a_task_that_fails_again_leaves_one_row(
        self, told: Told, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        told.append(fail)
        entry = FailedTaskFactory.create(name=do_as_told.name, request_id="request-12345678")

        with django_capture_on_commit_callbacks(execute=True):
            services.replay(OutboxTask.objects.all())

        again = OutboxTask.objects.get()
        assert (again.pk, again.task_id, again.request_id) == (entry.pk, entry.task_id, "request-12345678")
        assert (again.state, again.exception) == (State.FAILED, "ConnectionError: the mail server is away")

    @on_postgresql
    @pytest.mark.django_db(transaction=True)
    def test_by_several_at_once_runs_the_task_once(self, done: list[Any]) -> None:
        FailedTaskFactory.create(name=do_as_told.name)

        with Threads(6) as threads:
            results = [threads.submit(services.replay, OutboxTask.objects.all()) for _ in range(6)]
            assert sorted(result.result() for result in results) == [0] * 5 + [1]

        assert done == [{}]


class TestSendOverdue:
    def test_sends_what_was_lost_and_nothing_else(self, done: list[Any]) -> None:
        lost(arguments={"order_id": 7})
        OutboxTaskFactory.create(name=do_as_told.name, next_attempt_at=timezone.now() + timedelta(minutes=1))
        FailedTaskFactory.create(name=do_as_told.name, next_attempt_at=LONG_AGO)

        assert send_overdue.delay().get() == 1

        assert done == [{"order_id": 7}]
        assert OutboxTask.objects.count() == 2

    def test_takes_its_time_more_and_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(broker, "publish", lambda *args, **options: True)
        entry, pauses = lost(), []

        for _ in range(3):
            OutboxTask.objects.update(next_attempt_at=LONG_AGO)
            assert services.send_overdue() == 1
            entry.refresh_from_db()
            pauses.append(round((entry.next_attempt_at - timezone.now()).total_seconds()))

        assert entry.attempts == 4
        assert pauses == [360, 720, 1440]

    @pytest.mark.parametrize(
        "fields", [{"attempts": services.MAX_ATTEMPTS}, {"queued_at": timezone.now() - services.MAX_AGE}]
    )
    def test_fails_what_never_finishes(self, done: list[Any], fields: dict[str, Any]) -> None:
        entry = lost(**fields)

        assert services.send_overdue() == 0

        entry.refresh_from_db()
        assert (entry.state, done) == (State.FAILED, [])
        assert "never finished" in entry.exception

    def test_gives_old_and_new_tasks_their_turn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        monkeypatch.setattr(broker, "publish", lambda *args, task_id, **options: not sent.append(task_id))
        monkeypatch.setattr(services, "BATCH", 2)
        monkeypatch.setattr(services, "MAX_SENT", 4)
        old = [lost(attempts=3) for _ in range(5)]
        new = lost(next_attempt_at=timezone.now())

        for _ in range(2):
            services.send_overdue()

        assert sent == [entry.task_id for entry in [*old, new]]

    @pytest.mark.usefixtures("broker_down")
    def test_counts_no_attempt_while_the_broker_is_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(broker, "queue_depths", dict)
        entry = lost()

        assert services.send_overdue() == 0

        entry.refresh_from_db()
        assert entry.attempts == 1
        assert entry.next_attempt_at <= timezone.now()

    def test_sends_the_others_when_the_broker_refuses_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        refused, other = lost(), lost()
        monkeypatch.setattr(
            broker, "publish", lambda *args, task_id, **options: task_id != refused.task_id and not sent.append(task_id)
        )

        assert services.send_overdue() == 0
        assert services.send_overdue() == 1

        assert sent == [other.task_id]

    def test_leaves_full_queues_alone(self, monkeypatch: pytest.MonkeyPatch, done: list[Any]) -> None:
        monkeypatch.setattr(broker, "queue_depths", lambda: {"maintenance": services.MAX_SENT})
        lost()

        assert services.send_overdue() == 0

    def test_survives_a_task_that_cannot_be_sent(self, done: list[Any]) -> None:
        lost(kwargs="no JSON")
        OutboxTaskFactory.create(name="apps.gone.tasks.send", next_attempt_at=LONG_AGO, queued_at=LONG_AGO)
        lost()

        assert services.send_overdue() == 3

        assert done == [{}]
        assert sorted(OutboxTask.objects.values_list("attempts", flat=True)) == [2, 2]

    @on_postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_sends_each_task_once(self, done: list[Any]) -> None:
        for _ in range(60):
            lost()

        with Threads(3) as threads:
            sent = [threads.submit(services.send_overdue).result for _ in range(3)]
            assert sum(result() for result in sent) == len(done) == 60


class TestASecondDelivery:
    @pytest.mark.parametrize(("sent", "redelivered"), [(2, False), (1, True)])
    def test_of_a_task_that_has_ended_does_not_run(self, sent: int, redelivered: bool) -> None:  # noqa: FBT001 - a parameter
        entry = FailedTaskFactory.create(name=do_as_told.name)
        do_as_told.push_request(headers={"outbox": sent}, delivery_info={"redelivered": redelivered})

        for task_id in ["unknown", entry.task_id]:
            with pytest.raises(Ignore):
                do_as_told.before_start(task_id, (), {})

        do_as_told.pop_request()

    def test_counts_as_an_attempt_and_the_attempts_are_limited(self) -> None:
        entry = OutboxTaskFactory.create(name=do_as_told.name, attempts=services.MAX_ATTEMPTS)
        do_as_told.push_request(headers={"outbox": 1}, delivery_info={"redelivered": True})

        do_as_told.before_start(entry.task_id, (), {})
        with pytest.raises(Ignore):
            do_as_told.before_start(entry.task_id, (), {})

        do_as_told.pop_request()

    def test_of_a_scheduled_task_is_counted_too(self) -> None:
        """Redis delivers for ever what takes its whole worker along."""
        do_as_told.push_request(headers={}, delivery_info={"redelivered": True})

        for _ in range(services.MAX_ATTEMPTS):
            do_as_told.before_start("scheduled", (), {"order_id": 7})
        with pytest.raises(Ignore):
            do_as_told.before_start("scheduled", (), {"order_id": 7})

        do_as_told.pop_request()
        entry = OutboxTask.objects.get()
        assert (entry.state, entry.name, entry.kwargs) == (State.QUEUED, do_as_told.name, '{"order_id": 7}')
        OutboxTask.objects.update(next_attempt_at=LONG_AGO)
        services.send_overdue()
        entry.refresh_from_db()
        assert entry.state == State.FAILED


class TestContext:
    def test_of_the_request_and_its_user_reaches_the_task(
        self,
        told: Told,
        user: User,
        rf: Any,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        seen: list[Any] = []
        told.append(lambda: seen.append((get_request_id(), structlog.contextvars.get_contextvars())))
        request = rf.get("/")
        request.user = user

        with bound_contextvars(request_id="request-12345678"), serving(request), transaction.atomic():
            with django_capture_on_commit_callbacks() as callbacks:
                enqueue(do_as_told)
            task_id = OutboxTask.objects.get().task_id
        callbacks[0]()

        expected = {
            "request_id": "request-12345678",
            "user_id": str(user.pk),
            "task": do_as_told.name,
            "task_id": task_id,
        }
        assert seen == [("request-12345678", expected)]
        assert structlog.contextvars.get_contextvars() == {}

    def test_of_a_task_reaches_the_tasks_that_it_enqueues(
        self, told: Told, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        seen: list[str] = []

        def enqueue_another(*, first: bool) -> None:
            seen.append(get_request_id())
            if first:
                enqueue(do_as_told, first=False)

        told.append(enqueue_another)
        with django_capture_on_commit_callbacks(execute=True), bound_contextvars(request_id="request-12345678"):
            enqueue(do_as_told, first=True)

        assert seen == ["request-12345678"] * 2
