"""Queue depths in metrics, logs and readiness."""

import logging
from collections.abc import Iterator

import pytest
from celery import current_app
from django.test import Client
from kombu import Connection
from kombu.exceptions import OperationalError
from prometheus_client import CollectorRegistry, generate_latest
from pytest_django import Settings

from apps.observability import health
from apps.outbox import broker
from apps.outbox.monitoring import OutboxCollector
from apps.outbox.tasks import watch_queues
from proofs.outbox.factories import FailedTaskFactory, OutboxTaskFactory

MAINTENANCE = f"{current_app.conf.queue_prefix}maintenance"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_recent_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_results", {})


@pytest.fixture
def two_wait(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker in the memory of this process on which two tasks wait for maintenance."""
    monkeypatch.setitem(current_app.conf, "broker_url", "memory://")
    monkeypatch.setitem(current_app.conf, "broker_transport_options", {})
    with Connection("memory://") as connection, connection.SimpleQueue(MAINTENANCE) as queue:
        for _ in range(2):
            queue.put({})
        yield
        queue.clear()


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away."""
    monkeypatch.setitem(current_app.conf, "broker_url", "amqp://127.0.0.1:1//")


def scrape() -> list[str]:
    registry = CollectorRegistry()
    registry.register(OutboxCollector())
    return generate_latest(registry).decode().splitlines()


@pytest.mark.usefixtures("two_wait")
def test_every_queue_has_its_depth() -> None:
    depths = broker.queue_depths()

    assert depths.pop("maintenance") == 2
    assert set(depths.values()) == {0}


def test_without_a_broker_nothing_waits_and_all_is_well(client: Client) -> None:
    assert broker.queue_depths() == {}
    assert client.get("/health/ready/").json()["parts"] == {
        "database": "ok",
        "cache": "ok",
        "static_files": "ok",
        "broker": "ok",
    }


@pytest.mark.usefixtures("two_wait")
def test_too_deep_a_queue_is_a_warning(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    with caplog.at_level(logging.WARNING):
        watch_queues.delay()
        assert "tasks wait" not in caplog.text
        monkeypatch.setitem(current_app.conf, "queue_depth_warning", 1)
        watch_queues.delay()

    assert "2 tasks wait in maintenance" in caplog.text


@pytest.mark.usefixtures("nobody_answers")
def test_a_broker_that_does_not_answer_is_named_and_counts_if_it_is_required(
    client: Client, settings: Settings
) -> None:
    assert client.get("/health/ready/").status_code == 200
    settings.READINESS_REQUIRES = ["broker"]
    response = client.get("/health/ready/")

    assert response.status_code == 503
    assert response.json()["parts"]["broker"] == "failed"


@pytest.mark.usefixtures("two_wait")
def test_prometheus_sees_queues_and_dead_letters() -> None:
    FailedTaskFactory.create_batch(3)
    OutboxTaskFactory.create()

    metrics = scrape()

    assert "celery_broker_up 1.0" in metrics
    assert 'celery_queue_depth{queue="maintenance"} 2.0' in metrics
    assert 'celery_outbox_tasks{state="failed"} 3.0' in metrics
    assert 'celery_outbox_tasks{state="queued"} 1.0' in metrics


@pytest.mark.usefixtures("nobody_answers")
def test_prometheus_sees_that_the_broker_is_away() -> None:
    metrics = scrape()

    assert "celery_broker_up 0.0" in metrics
    assert not any(line.startswith("celery_queue_depth{") for line in metrics)


def test_a_broker_that_is_away_is_an_error_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "broker_url", "amqp://127.0.0.1:1//")

    with pytest.raises(OperationalError):
        broker.queue_depths()


def test_metrics_are_part_of_the_page(client: Client, settings: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = "token"  # type: ignore[attr-defined]

    page = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()

    assert 'celery_outbox_tasks{state="failed"} 0.0' in page
