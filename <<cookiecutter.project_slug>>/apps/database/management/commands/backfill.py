"""`manage.py backfill APP MIGRATION`: the `Backfill` of a migration, ahead of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.exceptions import AmbiguityError
from django.db.migrations.loader import MigrationLoader

from apps.database.operations import Backfill


class Command(BaseCommand):
    help = "Run the Backfill of a migration ahead of it. May be killed and started again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app_label")
        parser.add_argument("migration", help="Its name, or the beginning of it.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)
        parser.add_argument("--pause", type=float, default=0.0, help="Seconds between batches.")

    def handle(self, *, app_label: str, migration: str, database: str, pause: float, **options: Any) -> None:
        loader = MigrationLoader(connections[database])
        try:
            found = loader.get_migration_by_prefix(app_label, migration)
        except (KeyError, AmbiguityError):
            raise CommandError(f"There is not exactly one migration {migration} in {app_label}.") from None
        backfills = [operation for operation in found.operations if isinstance(operation, Backfill)]
        if not backfills:
            raise CommandError(f"{found} has no Backfill.")
        node = found.app_label, found.name
        *before, _ = loader.graph.forwards_plan(node)
        if missing := [".".join(key) for key in before if key not in loader.applied_migrations]:
            raise CommandError(f"First apply the migrations before {found}: {', '.join(missing)}.")
        apps = loader.project_state(node, at_end=False).apps
        for operation in backfills:
            update = operation.batches(app_label, apps, using=database, pause=pause)
            self.stdout.write(f"{operation.model_name}: {sum(update.run())} rows done, none left.")
