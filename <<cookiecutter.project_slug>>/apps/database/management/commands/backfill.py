"""`manage.py backfill APP MIGRATION`: runs the `Backfill` of a migration on its own."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.exceptions import AmbiguityError
from django.db.migrations.loader import MigrationLoader

from apps.database.batches import BatchedUpdate
from apps.database.operations import Backfill

PACE = ("batch_seconds", "batch_size", "pause", "lock_timeout")


class Command(BaseCommand):
    help = (
        "Fill in what a migration with a Backfill fills in, ahead of it and as slowly as you like. May be killed and "
        "started again at any time: what is left to do stands in the table."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app_label")
        parser.add_argument("migration", help="Its name, or how that begins.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)
        parser.add_argument("--dry-run", action="store_true", help="Try one batch, roll it back, and show it.")
        pace = parser.add_argument_group("pace", "What is not given is as in the migration.")
        pace.add_argument("--batch-seconds", type=float, help="How long a batch, and so a lock, should take.")
        pace.add_argument("--batch-size", type=int, help="How many rows a batch has at most.")
        pace.add_argument("--pause", type=float, help="Seconds between batches.")
        pace.add_argument("--lock-timeout", type=float, help="Seconds to wait for rows that others hold.")

    def handle(self, *, app_label: str, migration: str, database: str, dry_run: bool, **options: Any) -> None:
        pace = {name: options[name] for name in PACE if options[name] is not None}
        if any(value < 0 for value in pace.values()) or pace.get("batch_size") == 0:
            raise CommandError("--batch-size is at least 1, and no time is negative.")
        loader = MigrationLoader(connections[database])
        found = self._find(loader, app_label, migration)
        state = loader.project_state((found.app_label, found.name), at_end=False)
        for operation in found.operations:
            if isinstance(operation, Backfill):
                work = operation.batches(app_label, state.apps, using=database, **pace)
                self.stdout.write(f"{operation.describe()}.")
                if dry_run:
                    self._show(work)
                else:
                    self._run(work)

    def _find(self, loader: MigrationLoader, app_label: str, name: str) -> Migration:
        """Return the migration, which has a Backfill and whose predecessors are applied, or say what is wrong."""
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

    def _show(self, work: BatchedUpdate) -> None:
        preview = work.preview()
        self.stdout.write(f"{preview.remaining} rows to do.")
        if preview.batch:
            self.stdout.write(f"A batch of {preview.batch} took {preview.seconds * 1000:.0f} ms and was rolled back:")
        for pk, *values in preview.sample:
            self.stdout.write(f"  {pk}: {dict(zip(work.values, values, strict=True))}")

    def _run(self, work: BatchedUpdate) -> None:
        total, done = work.remaining(), 0
        start = reported = time.monotonic()
        for size in work.run():
            done += size
            if time.monotonic() - reported > 1:
                reported = time.monotonic()
                self.stdout.write(f"{done} of {total} rows")
        self.stdout.write(self.style.SUCCESS(f"{done} rows done in {time.monotonic() - start:.1f} s, none left."))
