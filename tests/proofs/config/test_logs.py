"""What a line of the log looks like to somebody who develops."""

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject
from structlog.contextvars import bound_contextvars

from apps.accounts.models import User
from config.settings.logging import logging_config
from proofs.requests import serving


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Have the access log written as in development, and give what is written."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    formatter = logging_config(json=False)["formatters"]["default"]
    handler.setFormatter(logging.config.DictConfigurator({}).configure_formatter(dict(formatter)))
    logger = logging.getLogger("access")
    monkeypatch.setattr(logger, "propagate", False)
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_a_request_is_one_short_line(log: StringIO) -> None:
    structlog.get_logger("access").info("request", method="GET", path="/", status=200, duration_ms=1.5)

    (line,) = log.getvalue().splitlines()
    for part in ("request", "method=GET", "path=/", "status=200", "duration_ms=1.5"):
        assert part in line


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Have everything logged as in production, and give what is written so far."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    formatter = logging_config(json=True)["formatters"]["default"]
    handler.setFormatter(logging.config.DictConfigurator({}).configure_formatter(dict(formatter)))
    loggers = [logging.getLogger(), logging.getLogger("access")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


def test_the_access_log_names_the_request_and_its_user(
    client: Client, staff: User, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    client.force_login(staff)
    response = client.get("/admin/?token=secret")

    line = next(line for line in lines() if line["logger"] == "access")
    assert line["request_id"] == response["X-Request-ID"]
    assert line["user_id"] == staff.pk
    assert (line["method"], line["path"], line["status"]) == ("GET", "/admin/", response.status_code)
    assert line["duration_ms"] > 0


def test_a_line_of_anybodys_code_names_them_too(user: User, lines: Callable[[], list[dict[str, Any]]]) -> None:
    request = RequestFactory().get("/")
    request.user = user
    with bound_contextvars(request_id="request-7"), serving(request):
        logging.getLogger("somebody").warning("something")

    assert (lines()[0]["request_id"], lines()[0]["user_id"]) == ("request-7", user.pk)


def test_a_log_line_does_not_load_the_user(lines: Callable[[], list[dict[str, Any]]]) -> None:
    request = RequestFactory().get("/")
    request.user = SimpleLazyObject(lambda: pytest.fail("a line of the log loaded the user"))  # type: ignore[assignment]
    with serving(request):
        logging.getLogger("somebody").warning("something")

    assert "user_id" not in lines()[0]
