"""What the project does with a real cache server, and while it is down."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.cache import degrading
from apps.cache.degrading import OUTAGES
from apps.observability import health
from proofs.caching import CacheServer
from proofs.contract.apis import ROOTS
from tests.authentication import METHODS
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def _on_the_server(settings: Settings, cache_server: CacheServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.CACHES = cache_server.settings
    settings.READINESS_REQUIRES = ["cache"]
    monkeypatch.setattr(degrading, "SECONDS_BETWEEN_ATTEMPTS", 0.05)
    monkeypatch.setattr(health, "SECONDS_CACHED", 0)
    yield
    OUTAGES.clear()


def wait_for(client: Client, status: int) -> None:
    """Ask whether the site is ready until it says so, or not."""
    deadline = time.monotonic() + 30
    while client.get("/health/ready/").status_code != status:
        assert time.monotonic() < deadline, f"readiness never was {status}"
        time.sleep(0.05)


def test_it_keeps_what_it_is_given(cache_server: CacheServer) -> None:
    with cache_server.running():
        cache.set_many({"text": "ä", "number": 1, "rows": [{"a": None}]})

        assert cache.get_many(["text", "number", "rows", "missing"]) == {
            "text": "ä",
            "number": 1,
            "rows": [{"a": None}],
        }
        assert cache.incr("number") == 2
        assert not cache.add("text", "b")
        assert cache.touch("text", 60)
        assert "text" in cache
        assert cache.delete("text")
        cache.delete_many(["number"])
        assert cache.get_many(["text", "number"]) == {}
        with pytest.raises(ValueError, match="not found"):
            cache.incr("number")
        cache.clear()
        assert "rows" not in cache


def test_other_projects_on_the_server_are_left_alone(cache_server: CacheServer, settings: Settings) -> None:
    with cache_server.running():
        cache.set("key", "ours")
        settings.CACHES = {
            "default": {**cache_server.settings["default"], "KEY_PREFIX": "another"},
            "next": {**cache_server.settings["default"], "VERSION": 2},
        }

        assert cache.get("key") is None
        assert caches["next"].get("key") is None


@pytest.mark.django_db
@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("method", METHODS)
def test_the_api_answers_while_the_cache_is_down(user: User, root: str, method: str) -> None:
    """Throttles let everybody through, sessions come from the database."""
    client = Client()
    METHODS[method](client, user)
    for _ in range(2):
        assert client.get(f"{root}users/me/").json()["email"] == user.email
    changed = client.patch(f"{root}users/me/", {"name": "Ada"}, content_type="application/json")
    assert changed.json()["name"] == "Ada"
    assert Client().get(f"{root}users/me/").status_code == 401


@pytest.mark.django_db
def test_readiness_says_that_the_cache_is_down_and_that_it_is_back(client: Client, cache_server: CacheServer) -> None:
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["parts"]["cache"]) == (503, "failed")
    assert client.get("/health/live/").status_code == 200

    with cache_server.running():
        wait_for(client, 200)
    wait_for(client, 503)


@pytest.mark.django_db
def test_somebody_signs_in_stays_in_and_leaves_while_the_cache_goes_and_comes(
    client: Client, cache_server: CacheServer
) -> None:
    User.objects.create_superuser("ada@example.com", PASSWORD)

    def status() -> int:
        return client.get("/admin/accounts/user/").status_code

    client.post("/admin/login/", {"username": "ada@example.com", "password": PASSWORD})
    assert status() == 200
    with cache_server.running():
        wait_for(client, 200)
        assert status() == 200
    assert status() == 200
    client.post("/admin/logout/")
    assert status() == 302


@pytest.mark.django_db
def test_what_changes_while_the_server_is_out_of_reach_does_not_come_back(
    client: Client, cache_server: CacheServer, user: User
) -> None:
    with cache_server.running():
        client.force_login(user)
        session = f"django.contrib.sessions.cached_db{client.session.session_key}"
        assert session in cache
        cache.set_many({"written": "old", "deleted": "old"})

        with cache_server.out_of_reach():
            client.logout()
            cache.set("written", "new")
            cache.delete("deleted")
            assert cache.get("written") is None
        wait_for(client, 200)

        assert session not in cache
        assert cache.get_many(["written", "deleted"]) == {}
