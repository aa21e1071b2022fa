"""Log of the queries that code sends to the database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest

from apps.observability.middleware import Around, around_view

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")

logger = structlog.get_logger(__name__)


@dataclass
class QueryLog:
    """The statements so far, without their parameters and without transaction control."""

    statements: list[str] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        """Log and execute one statement (an `execute_wrapper`)."""
        if not sql.startswith(TRANSACTION_CONTROL):
            self.statements.append(sql)
        return execute(sql, params, many, context)

    def most_repeated(self) -> str:
        """Return the most frequent statement with its count, such as `12 x SELECT …`, or an empty string."""
        return "".join(f"{count} x {sql}" for sql, count in Counter(self.statements).most_common(1))


@contextmanager
def watch_queries() -> Iterator[QueryLog]:
    """Log the queries of the block to any database."""
    log = QueryLog()
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(log))
        yield log


@around_view
def query_warnings(request: HttpRequest) -> Around:
    """Warn of a request with more queries than QUERY_BUDGET, and name the most repeated one (for development)."""
    with watch_queries() as log:
        yield
    if (count := len(log.statements)) > settings.QUERY_BUDGET:
        logger.warning("many queries", path=request.path, queries=count, most_repeated=log.most_repeated())
