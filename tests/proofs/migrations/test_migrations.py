"""Every migration of the project's own apps is safe while the previous release serves.

The project's own walk asks the same of the SQL that is collected without a server, and the rest of migrations.
"""

import pytest
from django.apps import apps
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from proofs.postgresql import on_postgresql

OWN = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
MIGRATIONS = [migration for (app, _), migration in sorted(MigrationLoader(None).disk_migrations.items()) if app in OWN]


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("migration", MIGRATIONS, ids=str)
def test_the_previous_release_can_serve_while_it_runs(migration: Migration) -> None:
    """What django-migration-linter finds is to be avoided, or explained: `safe_because = {"NOT_NULL": "…"}`."""
    # sqlmigrate prints BEGIN, but the database backend opens no transaction that an index could prolong.
    accepted = {"CREATE_INDEX_EXCLUSIVE"} | {
        code for code, reason in getattr(migration, "safe_because", {}).items() if reason
    }
    linter = MigrationLinter(
        exclude_migration_tests=accepted, all_warnings_as_errors=True, ignore_initial_migrations=True, no_cache=True
    )

    linter.lint_migration(migration)

    assert not linter.has_errors
