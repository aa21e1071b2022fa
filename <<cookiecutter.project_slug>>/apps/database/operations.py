"""Operations for migrations that run while the previous release serves.

Schema changes need none of their own: the database backend (apps.database.postgresql) makes Django's operations
safe. docs/migrations.md shows how they come together.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from django.db import NotSupportedError, models, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState, StateApps

from apps.database.batches import BatchedUpdate, Value

logger = logging.getLogger(__name__)

REPORT_EVERY = 5.0


class Backfill(Operation):
    """Gives the rows that match `todo` new values, in batches; see `BatchedUpdate` for the arguments.

    The migration has `atomic = False`. Going backwards leaves the values, which the earlier schema did not mind.
    `manage.py backfill` runs the same ahead of the deployment, slowly; the migration then finds nothing left to do.
    """

    reduces_to_sql = False
    reversible = True
    atomic = False
    category = OperationCategory.PYTHON

    def __init__(self, model_name: str, *, todo: models.Q, values: Mapping[str, Value], **pace: Any) -> None:
        self.model_name = model_name
        self.todo = todo
        self.values = values
        self.pace = pace

    def batches(self, app_label: str, apps: StateApps, *, using: str, **pace: Any) -> BatchedUpdate:
        """Return the work to be done in the database `using`; what `pace` says prevails over the migration."""
        model = apps.get_model(app_label, self.model_name)
        return BatchedUpdate(model=model, todo=self.todo, values=self.values, using=using, **{**self.pace, **pace})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run all batches.

        Raises:
            NotSupportedError: inside a transaction, where each batch would keep its locks until the end.
        """
        connection = schema_editor.connection
        if connection.in_atomic_block:
            raise NotSupportedError("Backfill runs outside of a transaction: set atomic = False on the migration.")
        work = self.batches(app_label, from_state.apps, using=connection.alias)
        if not router.allow_migrate_model(connection.alias, work.model):
            return
        done, reported = 0, time.monotonic()
        for size in work.run():
            done += size
            if time.monotonic() - reported > REPORT_EVERY:
                reported = time.monotonic()
                logger.info("%s: %s rows done", self.describe(), done)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the values."""

    def describe(self) -> str:
        """Return what `migrate` shows."""
        return f"Fill in {', '.join(self.values)} of {self.model_name}, in batches"

    @property
    def migration_name_fragment(self) -> str:
        """Return the operation's part of an automatic file name."""
        return f"fill_{self.model_name.lower()}_{'_'.join(self.values)}"


class RunPostgreSQL(RunSQL):
    """`RunSQL` that does nothing on other databases."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run `sql`."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run `reverse_sql`."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
