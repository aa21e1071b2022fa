"""Request ids, durations, the access log and the metrics of requests."""

import logging
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.client import ROOTS, ApiClient

ME = f"{ROOTS[0]}users/me/"


@pytest.mark.parametrize(("given", "kept"), [("request-1", True), ("short", False), ("with blank", False)])
def test_says_its_id_and_how_long_it_took(client: Client, given: str, kept: bool) -> None:  # noqa: FBT001 - a parameter
    headers = client.get("/", headers={"X-Request-ID": given}).headers

    assert (headers["X-Request-ID"] == given) == kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,128}", headers["X-Request-ID"])
    assert re.fullmatch(r"\d+\.\d\dms", headers["X-Response-Time"])
    assert re.fullmatch(r"app;dur=\d+\.\d\d", headers["Server-Timing"])


def logged(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """Return the only line of the access log."""
    (record,) = [record for record in caplog.records if record.name == "access"]
    line: Any = record.msg
    return {**line, "level": record.levelname}


def test_logs_who_asked_for_what(api: ApiClient, user: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        api.get("users/me/", headers={"X-Request-ID": "request-1"})

    line = logged(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", f"{api.root}users/me/", 200)
    assert (line["request_id"], line["user_id"], line["level"]) == ("request-1", user.pk, "INFO")


def test_warns_of_a_slow_request(client: Client, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.SLOW_REQUEST_MS = 0

    client.get("/")

    assert (logged(caplog)["level"], logged(caplog)["event"]) == ("WARNING", "slow request")


@pytest.mark.parametrize(
    ("token", "given", "status"), [("", "", 404), ("secret", "Bearer secret", 200), ("secret", "Bearer guess", 401)]
)
def test_metrics_are_for_those_with_the_token(
    client: Client, db: None, settings: Settings, token: str, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers={"Authorization": given}).status_code == status


def test_metrics_count_requests_by_route(client: Client, db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "secret"
    client.get(ME)

    text = client.get("/metrics", headers={"Authorization": "Bearer secret"}).text

    assert re.search(r'http_request_duration_seconds_count{method="GET",route="[^"]*users/me/",status="401"} \d', text)
