"""Log of the statements that code sends to the database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest

from apps.observability.middleware import Finish, around_view

logger = structlog.get_logger(__name__)

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass
class QueryLog:
    """The statements seen so far, without their parameters."""

    statements: list[str] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        """Note one statement and run it: the signature that `connection.execute_wrapper` asks for."""
        if not sql.startswith(TRANSACTION_CONTROL):
            self.statements.append(sql)
        return execute(sql, params, many, context)

    def most_repeated(self) -> str:
        """Return the statement that was sent most often, with its count: `12 x SELECT …`; empty if none was."""
        for sql, count in Counter(self.statements).most_common(1):
            return f"{count} x {sql}"
        return ""


@contextmanager
def watch_queries() -> Iterator[QueryLog]:
    """Log what the block sends to any database, apart from what begins and ends transactions."""
    log = QueryLog()
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(log))
        yield log


@around_view
@contextmanager
def query_warnings(request: HttpRequest) -> Iterator[Finish]:
    """Development: warn of a request that runs more queries than QUERY_BUDGET, and name the repeated one."""
    with watch_queries() as log:
        yield lambda response: response
    if len(log.statements) > settings.QUERY_BUDGET:
        logger.warning(
            "many queries", path=request.path, queries=len(log.statements), most_repeated=log.most_repeated()
        )
