"""What the settings make of the broker's URL, and what the checks refuse."""

from typing import Any

import pytest
from celery import current_app
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from apps.outbox.checks import check_time_limits
from config.settings.celery import broker_settings


def test_on_rabbitmq_the_queues_survive_and_give_up_what_kills_workers() -> None:
    made = broker_settings("amqps://shop:secret@broker.example.com/shop", "shop.")

    queues = {queue.name: queue for queue in made["CELERY_TASK_QUEUES"]}
    assert list(queues) == ["shop.default", "shop.notifications", "shop.maintenance"]
    for queue in queues.values():
        assert queue.exchange.type == "topic"
        assert queue.queue_arguments["x-queue-type"] == "quorum"
        assert queue.queue_arguments["x-dead-letter-routing-key"] == "shop.dead-letters"
    assert made["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"confirm_publish": True}


def test_another_kind_of_broker_is_refused_and_those_there_are_are_named() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"begins with sqs://, which is none of amqp://, amqps://"):
        broker_settings("sqs://", "shop.")


def test_the_time_limits_are_shorter_than_the_broker_waits() -> None:
    assert check_time_limits() == []


@pytest.mark.parametrize(
    ("name", "seconds", "problem"),
    [
        ("task_time_limit", 300, "CELERY_TASK_TIME_LIMIT is 300 s"),
        ("visibility_timeout", 200, "the retry_backoff_max of apps.accounts.tasks.clear_expired_sessions is 240 s"),
    ],
)
def test_limits_that_are_longer_are_an_error(
    monkeypatch: pytest.MonkeyPatch, name: str, seconds: int, problem: str
) -> None:
    monkeypatch.setitem(current_app.conf, name, seconds)

    with pytest.raises(SystemCheckError, match=problem) as raised:
        call_command("check")
    assert "background.E001" in str(raised.value)


def test_a_task_with_a_longer_limit_of_its_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.tasks["apps.accounts.tasks.clear_expired_sessions"], "time_limit", 3600)

    (error,) = check_time_limits()

    assert error.msg.startswith(
        "the time_limit of apps.accounts.tasks.clear_expired_sessions is 3600 s, but after 300 s"
    )


@pytest.mark.parametrize("process", [worker_init, beat_init])
def test_workers_and_beat_do_not_start_without_a_broker(process: Any) -> None:
    with pytest.raises(SystemExit, match="CELERY_BROKER_URL is not set"):
        process.send(sender=None)


def test_what_the_clock_starts_are_tasks_of_the_project() -> None:
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}

    assert scheduled <= set(current_app.tasks)
