"""PostgreSQL with migrations that do not stop the traffic: the ENGINE of every PostgreSQL database here.

django-pg-zero-downtime-migrations splits each schema change into steps that lock a table for a moment only: indexes
are built concurrently, constraints are added NOT VALID and validated afterwards, and a step that cannot have its lock
within MIGRATION_LOCK_TIMEOUT gives up, because whoever comes after it would wait as well. This module adds what is
missing there: the step is tried again.
"""

import logging
import time
from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgreSQLSchemaEditor
from django.db.utils import OperationalError
from django_zero_downtime_migrations.backends.postgres import base
from django_zero_downtime_migrations.backends.postgres.schema import DatabaseSchemaEditorMixin
from psycopg.errors import LockNotAvailable

logger = logging.getLogger(__name__)

# Seconds to let the traffic pass before each further attempt: about a minute in all.
LOCK_RETRY_PAUSES = (0.5, 1, 2, 4, 8, 15, 15, 15)


class LockRetries(PostgreSQLSchemaEditor):
    """Tries a statement again that did not get its lock in time."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Run one statement of a migration.

        Raises:
            OperationalError: it failed, or did not get its lock at any attempt.
        """
        for pause in LOCK_RETRY_PAUSES:
            try:
                return super().execute(sql, params)
            except OperationalError as error:
                # Inside a transaction, all of it would have to be done again.
                if not isinstance(error.__cause__, LockNotAvailable) or self.connection.in_atomic_block:
                    raise
            logger.warning("No lock within the time limit, trying again in %s s: %s", pause, sql)
            time.sleep(pause)
        return super().execute(sql, params)


class DatabaseSchemaEditor(DatabaseSchemaEditorMixin, LockRetries):  # type: ignore[misc]  # the mixin has no types
    """Django's schema editor, with steps (the mixin) that are retried one by one."""


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # has no types
    """A connection to PostgreSQL."""

    SchemaEditorClass = DatabaseSchemaEditor
