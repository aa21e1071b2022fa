"""`manage.py backfill APP MIGRATION`: the `Backfill` of a migration, on its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.exceptions import AmbiguityError
from django.db.migrations.loader import MigrationLoader

from apps.database.batches import BatchedUpdate
from apps.database.operations import Backfill

# Options that override the migration's.
PACE: dict[str, tuple[type, str]] = {
    "batch_seconds": (float, "How long a batch, and so a lock, should take."),
    "batch_size": (int, "The largest number of rows of a batch."),
    "pause": (float, "Seconds between batches."),
    "lock_timeout": (float, "Seconds to wait for rows locked by others."),
}


class Command(BaseCommand):
    help = "Run the Backfill of a migration ahead of it. May be killed and started again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app_label")
        parser.add_argument("migration", help="Its name, or the beginning of it.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)
        parser.add_argument("--dry-run", action="store_true", help="Try one batch, roll it back, and show it.")
        for name, (convert, description) in PACE.items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=convert, help=description)

    def handle(self, *, app_label: str, migration: str, database: str, dry_run: bool, **options: Any) -> None:
        pace = {name: options[name] for name in PACE if options[name] is not None}
        if any(value < 0 for value in pace.values()) or pace.get("batch_size") == 0:
            raise CommandError("--batch-size is at least 1, and no time is negative.")
        loader = MigrationLoader(connections[database])
        found = self.find(loader, app_label, migration)
        state = loader.project_state((found.app_label, found.name), at_end=False)
        for operation in found.operations:
            if isinstance(operation, Backfill):
                self.stdout.write(f"{operation.describe()}.")
                update = operation.batches(app_label, state.apps, using=database, **pace)
                if dry_run:
                    self.show(update)
                else:
                    self.stdout.write(self.style.SUCCESS(f"{sum(update.run())} rows done, none left."))

    def find(self, loader: MigrationLoader, app_label: str, name: str) -> Migration:
        """Return the migration. Raises CommandError if it has no Backfill, or an earlier one is not applied."""
        try:
            migration = loader.get_migration_by_prefix(app_label, name)
        except (KeyError, AmbiguityError):
            raise CommandError(f"There is not exactly one migration {name} in {app_label}.") from None
        if not any(isinstance(operation, Backfill) for operation in migration.operations):
            raise CommandError(f"{migration} has no Backfill.")
        *before, _ = loader.graph.forwards_plan((migration.app_label, migration.name))
        if missing := [".".join(key) for key in before if key not in loader.applied_migrations]:
            raise CommandError(f"First apply what {migration} builds on: {', '.join(missing)}.")
        return migration

    def show(self, update: BatchedUpdate) -> None:
        remaining, batch, sample = update.preview()
        self.stdout.write(f"{remaining} rows to do.")
        if batch.pks:
            self.stdout.write(f"A batch of {len(batch.pks)} took {batch.seconds:.3f} s and was rolled back:")
        for pk, *values in sample:
            self.stdout.write(f"  {pk}: {dict(zip(update.values, values, strict=True))}")
