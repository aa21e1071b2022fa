"""The way of work to a worker."""

import logging

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from apps.outbox.dispatch import dispatch, task_of
from apps.outbox.models import DeadLetter, Reason, State
from structlog.contextvars import bound_contextvars
from proofs.background.services import do_alone, do_as_told


def test_a_service_without_a_task_is_an_error_that_says_where_one_is_missing() -> None:
    with pytest.raises(LookupError, match=r"proofs.background.services.do_alone has no task of its name in"):
        task_of(do_alone)


@pytest.mark.django_db
def test_what_the_broker_does_not_take_is_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("celery.Task.apply_async", refuse)
    with caplog.at_level(logging.ERROR), bound_contextvars(request_id="request-12345678"):
        dispatch(do_as_told, order_id=7)

    letter = DeadLetter.objects.get()
    assert (letter.task, letter.args, letter.kwargs) == ("proofs.background.tasks.do_as_told", "[]", '{"order_id": 7}')
    assert (letter.reason, letter.state, letter.attempts) == (Reason.NOT_SENT, State.WAITING, 0)
    assert letter.queue.endswith("default")
    assert letter.request_id == "request-12345678"
    assert "connection refused" in caplog.text


def test_tasks_go_to_the_queue_that_their_name_says() -> None:
    def queue(task: str) -> str:
        return str(current_app.amqp.router.route({}, task)["queue"].name).rpartition(".")[2]

    assert queue("apps.accounts.tasks.clear_expired_sessions") == "maintenance"
    assert queue("apps.shop.tasks.send_reminder") == "notifications"
    assert queue("apps.shop.tasks.import_prices") == "default"
