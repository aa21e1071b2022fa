"""What a line of the log looks like to somebody who develops."""

import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from config.settings.logs import logging_config


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
    with structlog.contextvars.bound_contextvars(request_id="0123456789"):
        structlog.get_logger("access").info("request", method="GET", path="/", status=200, duration_ms=1.5)

    (line,) = log.getvalue().splitlines()
    assert "request: GET / 200 in 1.5 ms" in line
    assert "0123456789" not in line


def test_a_warning_of_many_queries_names_the_table_not_every_column(log: StringIO) -> None:
    statement = '12 x SELECT "shop"."id", "shop"."name" FROM "shop" WHERE "shop"."id" = %s'
    structlog.get_logger("access").warning("many queries", path="/", queries=14, most_repeated=statement)

    (line,) = log.getvalue().splitlines()
    assert '12 x SELECT … FROM "shop" WHERE' in line
