"""The health checks."""

import pytest
from django.test import Client

from apps.observability import health


@pytest.fixture(autouse=True)
def _in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that fails and one that does not, for those of the project."""
    monkeypatch.setattr(health, "CHECKS", {"database": _fail, "cache": lambda: None})


def _fail() -> None:
    raise ConnectionError("secret")


def test_is_alive_whatever_it_depends_on(client: Client) -> None:
    response = client.get("/health/live/", headers={"Host": "10.0.0.1"})

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_is_not_ready_without_what_it_depends_on_and_names_it(client: Client) -> None:
    response = client.get("/health/ready/")

    assert response.status_code == 503
    assert response.json() == {"status": "failed", "parts": {"database": "failed", "cache": "ok"}}
    assert "secret" not in response.text


def test_the_cache_is_checked() -> None:
    health.check_cache()


def test_the_database_is_checked(db: None) -> None:
    health.check_database()
