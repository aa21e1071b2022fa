"""Log of the queries that code sends to the database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@contextmanager
def watch_queries() -> Iterator[list[str]]:
    """Collect the statements of the block to any database, without their parameters and transaction control."""
    statements: list[str] = []

    def collect(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        if not sql.startswith(TRANSACTION_CONTROL):
            statements.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(collect))
        yield statements
