"""The PostgreSQL backend: migrations that do not block traffic.

django-pg-zero-downtime-migrations splits schema changes into steps that lock a table only briefly, or give up after
ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT, as every query behind them would wait too. This module tries such a step again.
"""

import logging
import time
from typing import Any

from django.conf import settings

# % if cookiecutter.use_example -
from django.db.backends.postgresql.features import DatabaseFeatures as PostgreSQLFeatures

# % endif -
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgreSQLSchemaEditor
from django.db.utils import OperationalError
from django_zero_downtime_migrations.backends.postgres import base
from django_zero_downtime_migrations.backends.postgres.schema import DatabaseSchemaEditorMixin
from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.errors import DeadlockDetected, LockNotAvailable
from psycopg.errors import _WaitTimeout as QueryTimeout

from apps.observability.context import current_request

logger = logging.getLogger(__name__)

# How long the server's own time limit for a statement may be late.
SECONDS_OF_GRACE = 5
# Seconds before each further attempt, in which traffic passes: about a minute in all.
LOCK_RETRY_PAUSES = (0.5, 1, 2, 4, 8, 15, 15, 15)


class LockRetries(PostgreSQLSchemaEditor):
    """Schema editor that tries a statement again which did not get its lock in time, or had to give way in a deadlock."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        for pause in LOCK_RETRY_PAUSES:
            try:
                return super().execute(sql, params)
            except OperationalError as error:
                gave_way = isinstance(error.__cause__, DeadlockDetected | LockNotAvailable)
                # A transaction would have to be repeated as a whole.
                if not gave_way or self.connection.in_atomic_block:
                    raise
            logger.warning("No lock, trying again in %s s: %s", pause, sql)
            time.sleep(pause)
        return super().execute(sql, params)


class DatabaseSchemaEditor(DatabaseSchemaEditorMixin, LockRetries):  # type: ignore[misc]  # the mixin has no types
    """Django's schema editor, with steps (the mixin) that are tried again one by one."""


# % if cookiecutter.use_example
class DatabaseFeatures(PostgreSQLFeatures):
    """Features of PostgreSQL. To look for this one, `manage.py check` would have to connect: generated columns are stored."""

    supports_virtual_generated_columns = False


# % endif
class BoundedConnection(Connection[Any]):
    """Within a request, gives up on a server that is silent for longer than its time limit, such as a frozen one."""

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is None and settings.STATEMENT_TIMEOUT and current_request.get():
            timeout = settings.STATEMENT_TIMEOUT + SECONDS_OF_GRACE
        try:
            return super().wait(gen, interval, timeout)
        except QueryTimeout:
            self.pgconn.finish()  # what it would say later belongs to nobody
            raise


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # has no types
    """A connection to PostgreSQL."""

    SchemaEditorClass = DatabaseSchemaEditor

    # % if cookiecutter.use_example
    features_class = DatabaseFeatures

    # % endif
    def _configure_connection(self, connection: Any) -> Any:
        """Bound each new connection; the pool, which looks whether it is usable, makes its own."""
        connection.__class__ = BoundedConnection
        return super()._configure_connection(connection)
