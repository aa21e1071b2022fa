"""Checks of every migration of the project's own apps."""

import inspect
import warnings
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from config.settings.env import BASE_DIR
from tests.walks.objects import OWN_APPS, fail
from tools.audit.called import LARGE, unsafe_sql
from tools.databases import empty_database, postgresql_that_only_collects

LOADER = MigrationLoader(None)
MIGRATIONS = [migration for (app, _), migration in sorted(LOADER.disk_migrations.items()) if app in OWN_APPS]
each_migration = pytest.mark.parametrize("migration", MIGRATIONS, ids=str)


def file_of(migration: Migration) -> Path:
    return Path(inspect.getfile(type(migration)))


def name_of(migration: Migration) -> str:
    return f"{file_of(migration).relative_to(BASE_DIR)}"


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    new = [config.label for config in OWN_APPS.values() if any(config.get_models())]
    if new := [label for label in new if label not in LOADER.migrated_apps]:  # which makemigrations passes over
        fail(f"Models without any migration: run `manage.py makemigrations {' '.join(new)}`.")
    try:
        call_command("makemigrations", "--check", "--dry-run")
    except SystemExit:
        changes = " ".join(capsys.readouterr().out.split())
        fail(f"Models changed without a migration: run `manage.py makemigrations`. {changes}")


@each_migration
def test_is_not_large(migration: Migration) -> None:
    size = file_of(migration).stat().st_size

    if size > LARGE and not getattr(migration, "large_because", ""):
        fail(
            f"{name_of(migration)} has {size} bytes, more than {LARGE}. Load data with a command, or say in the "
            f'migration why it must be large: `large_because = "…"`.'
        )


@each_migration
def test_runs_while_the_previous_release_serves(migration: Migration) -> None:
    """By django-migration-linter, which reads the SQL for PostgreSQL; no server is needed for that."""
    with postgresql_that_only_collects("apps.database.postgresql"):
        issues = unsafe_sql(MigrationLinter(no_cache=True, analyser_string="postgresql"), migration)

    if issues:
        found = ", ".join(f"{issue.code} ({issue.message})" for issue in issues)
        if any(issue.code == "NOT_NULL" for issue in issues):
            found += "; its INSERTs do not know a new column: give the field a `db_default` besides its `default`"
        fail(
            f"{name_of(migration)} is not safe while the previous release serves: {found}. docs/migrations.md shows "
            f'how to split it; if it is safe, say why: `safe_because = {{"{issues[0].code}": "…"}}`.'
        )


@pytest.mark.django_db(transaction=True)
def test_every_migration_runs_forwards_backwards_and_forwards() -> None:
    with empty_database():
        executor = MigrationExecutor(connection)
        # Other people's migrations run too where ours depend on them.
        plan = executor.migration_plan([node for node in executor.loader.graph.leaf_nodes() if node[0] in OWN_APPS])
        state = executor.migrate([], plan=[])
        for migration, _ in plan:
            if migration.app_label in OWN_APPS:
                with warnings.catch_warnings(action="error"):  # the database backend warns of what blocks the table
                    executor.apply_migration(state.clone(), migration)
                try:
                    executor.unapply_migration(state.clone(), migration)
                except Exception as error:
                    fail(f"{name_of(migration)} does not run backwards: {error} Give each operation its reverse.")
            state = executor.apply_migration(state, migration)
