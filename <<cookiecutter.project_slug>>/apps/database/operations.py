"""Migration operations that run while the previous release serves. docs/migrations.md shows how to use them.

Schema changes need none: the database backend (apps.database.postgresql) makes Django's operations safe.
"""

from collections.abc import Mapping
from typing import Any

from django.db import NotSupportedError, models, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Combinable

from apps.database.batches import BatchedUpdate


class Backfill(Operation):
    """Update the rows that match `todo`, in batches; see `BatchedUpdate` for the arguments.

    The migration needs `atomic = False`. Going backwards keeps the values.
    """

    reduces_to_sql = False

    def __init__(self, model_name: str, *, todo: models.Q, values: Mapping[str, Combinable], **pace: Any) -> None:
        self.model_name = model_name
        self.todo = todo
        self.values = values
        self.pace = pace

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models unchanged."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        connection = schema_editor.connection
        if connection.in_atomic_block:  # it would keep every lock until its end
            raise NotSupportedError("Backfill runs outside of a transaction: set atomic = False on the migration.")
        model = from_state.apps.get_model(app_label, self.model_name)
        if router.allow_migrate_model(connection.alias, model):
            update = BatchedUpdate(model=model, todo=self.todo, values=self.values, using=connection.alias, **self.pace)
            sum(update.run())

    def database_backwards(self, *args: Any) -> None:
        """Keep the values."""
