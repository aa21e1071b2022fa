"""The PostgreSQL backend: migrations that do not block traffic.

django-pg-zero-downtime-migrations splits schema changes into steps that lock a table only briefly, or give up after
MIGRATION_LOCK_TIMEOUT, as every query behind them would wait too. This module tries such a step again.
"""

import logging
import time
from typing import Any

from django.db.backends.postgresql.features import DatabaseFeatures as PostgreSQLFeatures
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgreSQLSchemaEditor
from django.db.utils import OperationalError
from django_zero_downtime_migrations.backends.postgres import base
from django_zero_downtime_migrations.backends.postgres.schema import DatabaseSchemaEditorMixin
from psycopg.errors import LockNotAvailable

logger = logging.getLogger(__name__)

# Seconds before each further attempt, in which traffic passes: about a minute in all.
LOCK_RETRY_PAUSES = (0.5, 1, 2, 4, 8, 15, 15, 15)


class LockRetries(PostgreSQLSchemaEditor):
    """Schema editor that tries a statement again which did not get its lock in time."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        for pause in LOCK_RETRY_PAUSES:
            try:
                return super().execute(sql, params)
            except OperationalError as error:
                # A transaction would have to be repeated as a whole.
                if not isinstance(error.__cause__, LockNotAvailable) or self.connection.in_atomic_block:
                    raise
            logger.warning("No lock within the time limit, trying again in %s s: %s", pause, sql)
            time.sleep(pause)
        return super().execute(sql, params)


class DatabaseSchemaEditor(DatabaseSchemaEditorMixin, LockRetries):  # type: ignore[misc]  # the mixin has no types
    """Django's schema editor, with steps (the mixin) that are tried again one by one."""


class DatabaseFeatures(PostgreSQLFeatures):
    """Features of PostgreSQL. To look for this one, `manage.py check` would have to connect: generated columns are stored."""

    supports_virtual_generated_columns = False


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]  # has no types
    """A connection to PostgreSQL."""

    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
