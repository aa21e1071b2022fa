"""GET /health/live/ and /health/ready/."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from apps.observability import health
from apps.observability.context import current_request, get_request_id


@pytest.fixture(autouse=True)
def _no_recent_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_results", {})


def broken() -> None:
    raise ConnectionError("password=hunter2 refused")


def test_live_asks_nothing_of_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {"database": broken})

    response = client.get("/health/live/")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_names_every_part(client: Client) -> None:
    response = client.get("/health/ready/")

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert set(response.json()["parts"]) == set(health.CHECKS) >= {"database", "cache"}
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.parametrize("part", ["database", "cache"])
def test_a_failing_part_is_named_and_its_reason_only_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Settings, part: str
) -> None:
    settings.READINESS_REQUIRES = ["cache"]
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


@pytest.mark.parametrize("required", [[], ["cache"], ["broker"], ["cache", "broker"]])
@pytest.mark.parametrize("part", ["cache", "broker", "database", "a part of the project's own"])
def test_what_the_site_can_do_without_fails_only_by_choice(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, part: str, required: list[str]
) -> None:
    settings.DISPENSABLE_PARTS = ["cache", "broker"]
    settings.READINESS_REQUIRES = required
    monkeypatch.setattr(health, "CHECKS", {part: broken})

    response = client.get("/health/ready/")

    fails = part in required or part not in ("cache", "broker")
    assert response.status_code == (503 if fails else 200)
    assert response.json() == {"status": "failed" if fails else "ok", "parts": {part: "failed"}}


def test_callers_within_a_second_share_one_result(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    monkeypatch.setattr(health, "CHECKS", {"broker": lambda: runs.append(1)})

    for _ in range(3):
        assert client.get("/health/ready/").status_code == 200

    assert len(runs) == 1


def test_checks_have_the_time_limits_of_requests(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query outside of a request waits for a frozen database, even if others can use its successor by now."""
    requests: list[object] = []
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: requests.append(current_request.get())})

    client.get("/health/ready/")

    assert requests != [None]
    assert len(requests) == 1


def test_the_log_of_a_failing_check_has_the_id_of_its_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ids: list[str] = []
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: ids.append(get_request_id())})

    client.get("/health/ready/", headers={"X-Request-ID": "probe-0001"})

    assert ids == ["probe-0001"]


def test_a_part_that_hangs_is_named_in_bounded_time_and_not_asked_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DISPENSABLE_PARTS = []
    release, runs = threading.Event(), []

    def hang() -> None:
        runs.append(1)
        release.wait(timeout=30)

    monkeypatch.setattr(health, "SECONDS_TO_WAIT", 0.2)
    monkeypatch.setattr(health, "SECONDS_CACHED", 0)
    monkeypatch.setattr(health, "CHECKS", {"broker": hang, "cache": lambda: None})
    try:
        for _ in range(2):
            response = client.get("/health/ready/")
            assert response.status_code == 503
            assert response.json()["parts"] == {"broker": "failed", "cache": "ok"}
        assert len(runs) == 1
    finally:
        release.set()


@pytest.mark.parametrize("host", ["10.0.0.7", "10.0.0.7:8000", "[fd00::7]:8000", "web", "", ".example.com", "a b", "é"])
@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/", "/metrics"])
def test_probes_may_ask_by_any_host(client: Client, db: None, settings: Settings, path: str, host: str) -> None:
    settings.ALLOWED_HOSTS = [".example.com"]
    settings.METRICS_TOKEN = "token"

    response = client.get(path, headers={"Host": host, "Authorization": "Bearer token"})

    assert response.status_code == 200
    assert client.get("/", headers={"Host": "10.0.0.7"}).status_code == 400


@pytest.mark.django_db
def test_static_files_that_were_not_collected_are_named_and_fail_no_page(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "apps.pages.static.StaticFilesStorage"},
    }

    response = client.get("/health/ready/")
    assert (response.status_code, response.json()["parts"]["static_files"]) == (503, "failed")
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/static/favicon.svg"' in page.text


def test_a_cache_that_forgets_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "set", lambda *args, **kwargs: None)

    with pytest.raises(ConnectionError, match="lost a value"):
        health.check_cache()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_probes_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/health/live/").status_code == 405
