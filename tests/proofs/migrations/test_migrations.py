"""Every migration of the project's own apps: reversible, small, and safe while the previous release serves."""

import inspect
import warnings
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from proofs.postgresql import on_postgresql
from tools.databases import empty_database, migrate

OWN = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
MAX_BYTES = 20_000

migrations = [migration for (app, _), migration in sorted(MigrationLoader(None).disk_migrations.items()) if app in OWN]
each_migration = pytest.mark.parametrize("migration", migrations, ids=str)


@pytest.mark.django_db
def test_the_models_are_what_the_migrations_make() -> None:
    call_command("makemigrations", "--check", "--dry-run")


@each_migration
def test_no_migration_is_large_without_a_reason(migration: Migration) -> None:
    """Data belongs into a command or a fixture. A migration that must be large says why: `large_because = "…"`."""
    size = Path(inspect.getfile(type(migration))).stat().st_size

    assert size <= MAX_BYTES or getattr(migration, "large_because", "")


@on_postgresql
@pytest.mark.django_db
@each_migration
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


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_every_migration_runs_forwards_backwards_and_forwards_again() -> None:
    with empty_database():
        executor = MigrationExecutor(connection)
        everything = executor.loader.graph.leaf_nodes()
        own = [migration for migration, _ in executor.migration_plan(everything) if migration.app_label in OWN]
        for migration in own:
            key = (migration.app_label, migration.name)
            before = sorted(parent.key for parent in executor.loader.graph.node_map[key].parents)
            migrate(*before)
            with warnings.catch_warnings(action="error"):  # the database backend warns of what blocks the table
                migrate(key)
                migrate(next((parent for parent in before if parent[0] == key[0]), (key[0], None)))
                migrate(key)
        migrate(*everything)
