"""Servers that answer, but refuse to do what they are asked: nothing is an error, and nothing is lost."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django.fixtures import Settings
from redis import Redis as RedisClient

from apps.accounts.models import User
from apps.accounts.tasks import clear_expired_sessions
from apps.cache import degrading
from apps.cache.degrading import OUTAGES
from apps.outbox import broker, services
from apps.outbox.models import OutboxTask, State
from config.settings.cache import caches
from config.settings.env import parse_url
from proofs.contract.apis import ROOTS
from proofs.outages.servers import Redis, running
from proofs.outbox.factories import OutboxTaskFactory
from proofs.workers.brokers import Broker, find_broker
from proofs.workers.running import sending_to
from tests.authentication import METHODS

pytestmark = pytest.mark.django_db

TOKEN = "t" * 40


def metrics(settings: Settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    response = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return response.text


def send_overdue() -> int:
    """Send again what is due, as beat does every minute: the task of a broker that is down is retried."""
    broker.Circuit.retry_at = 0.0
    try:
        return services.send_overdue()
    except OperationalError:
        return 0


def assert_refused(settings: Settings) -> OutboxTask:
    """A task stays in the outbox as it is, and no request fails."""
    entry = OutboxTaskFactory.create(name=clear_expired_sessions.name)
    assert not services.send(entry)
    for _ in range(services.MAX_ATTEMPTS + 1):
        assert send_overdue() == 0
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == (State.QUEUED, 1)
    assert entry.next_attempt_at <= timezone.now()
    assert "celery_broker_up" in metrics(settings)
    return entry


def assert_sent(settings: Settings) -> None:
    assert send_overdue() == 1
    assert "celery_broker_up 1.0" in metrics(settings)


@pytest.mark.parametrize("wrong", ["guest:wrong@127.0.0.1:5672//", "guest:guest@127.0.0.1:5672/nowhere"])
def test_a_rabbitmq_that_refuses_the_password_or_the_vhost(settings: Settings, wrong: str) -> None:
    found = find_broker("rabbitmq")
    with sending_to(Broker(f"amqp://{wrong}")):
        assert_refused(settings)
    with sending_to(found):
        assert_sent(settings)
    found.clear()


REFUSALS = {
    "wants a password": (["CONFIG", "SET", "requirepass", "secret"], ["CONFIG", "SET", "requirepass", ""]),
    "has no memory left": (["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
    "is a replica": (["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
    "does not let its user write": (["ACL", "SETUSER", "default", "-@write"], ["ACL", "SETUSER", "default", "+@all"]),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_redis_that_refuses(settings: Settings, refusal: str) -> None:
    refuse, accept = REFUSALS[refusal]
    with running(Redis) as server, sending_to(Broker(server.url)), RedisClient.from_url(server.url) as client:
        client.set("a", 1)
        client.execute_command(*refuse)
        client.client_kill_filter(_type="normal", skipme=True)  # a password is asked for at the next connection
        assert_refused(settings)
        client.execute_command(*accept)
        assert_sent(settings)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_cache_that_refuses(settings: Settings, refusal: str, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(degrading, "SECONDS_BETWEEN_ATTEMPTS", 0)
    refuse, accept = REFUSALS[refusal]
    with running(Redis) as server, RedisClient.from_url(server.url) as client:
        settings.CACHES = caches(parse_url(server.url))
        cache.set("written", "old")
        client.execute_command(*refuse)
        client.client_kill_filter(_type="normal", skipme=True)  # a password is asked for at the next connection
        for authenticate in METHODS.values():
            caller = Client()
            authenticate(caller, user)
            for root in ROOTS:
                for _ in range(2):
                    assert caller.get(f"{root}users/me/").json()["email"] == user.email
        cache.set("written", "new")
        assert cache.get("written") != "new"

        client.execute_command(*accept)
        assert cache.get("written") is None
        cache.set("written", "newer")
        assert cache.get("written") == "newer"
    OUTAGES.clear()
