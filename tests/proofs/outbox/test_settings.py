"""What the settings make of the environment, and what the checks refuse."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from socket import SHUT_RDWR, create_server
from threading import Thread
from typing import Any

import pytest
from celery import Celery, current_app
from celery.signals import beat_init, worker_init
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from apps.outbox.monitoring import check_time_limits
from proofs.workers.brokers import settings_for

RABBITMQ = {"CELERY_BROKER_URL": "amqps://shop:secret@broker.example.com/shop", "CELERY_QUEUE_PREFIX": "shop."}


def test_without_a_broker_tasks_run_where_they_are_enqueued() -> None:
    assert settings_for(CELERY_BROKER_URL="")["CELERY_TASK_ALWAYS_EAGER"] is True


def test_on_rabbitmq_the_queues_survive_and_count_deliveries() -> None:
    made = settings_for(**RABBITMQ)

    queues = {queue.name: queue for queue in made["CELERY_TASK_QUEUES"]}
    assert list(queues) == ["shop.default", "shop.notifications", "shop.maintenance"]
    for queue in queues.values():
        assert queue.exchange.type == "topic"
        assert queue.queue_arguments == {"x-queue-type": "quorum", "x-delivery-limit": 3}
    assert made["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"confirm_publish": True, "read_timeout": 10}
    assert made["CELERY_TASK_ALWAYS_EAGER"] is False


# % if cookiecutter.use_redis
def test_the_schedule_is_in_redis_only_if_that_is_the_broker() -> None:
    on_redis = settings_for(CELERY_BROKER_URL="rediss://broker.example.com/0")
    on_rabbitmq = settings_for(**RABBITMQ, CACHE_URL="redis://cache.example.com/0")

    assert on_redis["CELERY_REDBEAT_REDIS_URL"] == "rediss://broker.example.com/0"
    assert "CELERY_BEAT_SCHEDULER" not in on_rabbitmq


@pytest.mark.parametrize(
    ("broker", "cache", "kept"),
    [
        ("redis://one.example.com/0", "", True),
        ("redis://one.example.com/0", "redis://two.example.com/0", True),
        ("redis://one.example.com:6380/0", "redis://one.example.com:6379/0", True),
        ("redis://one.example.com/0", "redis://one.example.com/1", False),  # another database of the same server
        ("redis://one.example.com:6379/0", "redis://one.example.com/0", False),
        ("rediss://app:secret@one.example.com/0", "redis://:other@one.example.com:6379/3?socket_timeout=2", False),
        ("redis://[::1]/0", "redis://[::1]:6379/1", False),
    ],
)
def test_the_schedule_is_never_in_the_server_of_the_cache(broker: str, cache: str, *, kept: bool) -> None:
    made = settings_for(CELERY_BROKER_URL=broker, CACHE_URL=cache)

    assert ("CELERY_BEAT_SCHEDULER" in made) is kept
    assert ("CELERY_REDBEAT_REDIS_URL" in made) is kept


# % endif
@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[bytes]]]:
    """Serve TLS with a certificate that everybody trusts, of another host; yield the port and what clients said."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = shutil.which("openssl")
    assert openssl
    new = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other.example.com -addext subjectAltName=DNS:other.example.com"
    command = [openssl, *new.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own arguments
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    said: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                with context.wrap_socket(server.accept()[0], server_side=True) as client:
                    said.append(client.recv(1000))
            except ssl.SSLError:
                continue
            except OSError:  # closed
                return

    with create_server(("127.0.0.1", 0)) as server:
        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], said
        server.shutdown(SHUT_RDWR)


@pytest.mark.parametrize(
    "scheme",
    [
        "amqps",
        # % if cookiecutter.use_redis
        "rediss",
        # % endif
    ],
)
def test_the_password_is_not_told_to_a_broker_that_cannot_prove_its_name(
    scheme: str, impostor: tuple[int, list[bytes]]
) -> None:
    port, said = impostor
    made = settings_for(CELERY_BROKER_URL=f"{scheme}://app:secret@127.0.0.1:{port}/0")
    app = Celery(set_as_current=False)
    app.conf.update(
        {name.removeprefix("CELERY_").lower(): made[name] for name in made if name.startswith("CELERY_BROKER")}
    )

    with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"), app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)

    assert said == []


def test_the_time_limits_are_shorter_than_the_broker_waits() -> None:
    assert check_time_limits() == []


@pytest.mark.django_db  # a check asks SQLite what it can do
def test_a_task_that_may_take_longer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.tasks["apps.accounts.tasks.clear_expired_sessions"], "time_limit", 180)

    problem = "apps.accounts.tasks.clear_expired_sessions may take 300 s"
    with pytest.raises(SystemCheckError, match=problem) as raised:
        call_command("check")
    assert "outbox.E001" in str(raised.value)


def test_every_task_of_the_project_declares_its_queue_and_its_limits() -> None:
    for name, task in current_app.tasks.items():
        if name.startswith("apps."):
            assert current_app.amqp.router.route({"queue": task.queue_name}, name)["queue"].alias == task.queue_name
            assert task.soft_time_limit < task.time_limit < current_app.conf.visibility_timeout


@pytest.mark.parametrize("process", [worker_init, beat_init])
def test_workers_and_beat_do_not_start_without_a_broker(process: Any) -> None:
    with pytest.raises(SystemExit, match="CELERY_BROKER_URL is not set"):
        process.send(sender=None)


def test_what_the_schedule_starts_are_tasks_of_the_project() -> None:
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}

    assert scheduled <= set(current_app.tasks)
