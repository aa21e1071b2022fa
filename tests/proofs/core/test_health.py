"""GET /health/live/ and /health/ready/."""

import logging
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.observability import health


def broken() -> None:
    raise ConnectionError("password=hunter2 refused")


def test_live_asks_nothing_of_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {"database": broken})

    response = client.get("/health/live/")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_names_every_part(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        response = client.get("/health/ready/")

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert set(response.json()["parts"]) == set(health.CHECKS) >= {"database", "cache"}
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.parametrize("part", ["database", "cache"])
def test_a_failing_part_is_named_and_its_reason_only_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    checks: dict[str, Callable[[], None]] = {"database": lambda: None, "cache": lambda: None}
    monkeypatch.setattr(health, "CHECKS", {**checks, part: broken})

    with caplog.at_level(logging.ERROR):
        response = client.get("/health/ready/")

    assert response.status_code == 503
    other = "cache" if part == "database" else "database"
    assert response.json() == {"status": "failed", "parts": {part: "failed", other: "ok"}}
    assert b"hunter2" not in response.content
    assert f"{part} is not ready" in caplog.text
    assert "hunter2" in caplog.text


def test_a_cache_that_forgets_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "set", lambda *args, **kwargs: None)

    with pytest.raises(ConnectionError, match="forgot"):
        health.check_cache()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_probes_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/health/live/").status_code == 405
