"""Operations in migrations, on any database."""

import logging

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import F, Q

from apps.accounts.models import User
from apps.database import batches
from apps.database.operations import Backfill

# % if cookiecutter.use_example -
from apps.database.sql import RunPostgreSQL

# % endif -

pytestmark = pytest.mark.django_db(transaction=True)

fill_name = Backfill("User", todo=Q(name=""), values={"name": F("email")}, batch_size=2)


def migrate(operation: Operation, *, backwards: bool = False) -> None:
    """Run `operation` as a migration without a transaction does."""
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor(atomic=False) as editor:
        run = operation.database_backwards if backwards else operation.database_forwards
        run("accounts", editor, state, state)


def make_users(count: int) -> None:
    User.objects.bulk_create(User(email=f"{n}@example.com") for n in range(count))


def test_backfill_fills_in_all_rows_and_reports_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(batches, "REPORT_EVERY", -1)
    make_users(5)

    with caplog.at_level(logging.INFO):
        migrate(fill_name)

    assert not User.objects.filter(name="").exists()
    assert caplog.messages == [f"User: {done} rows done" for done in (2, 4, 5)]


def test_going_back_keeps_what_was_filled_in() -> None:
    make_users(2)
    migrate(fill_name)

    migrate(fill_name, backwards=True)

    assert not User.objects.filter(name="").exists()


def test_backfill_does_nothing_where_the_model_has_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    make_users(2)
    monkeypatch.setattr("django.db.router.allow_migrate_model", lambda *args: False)

    migrate(fill_name)

    assert User.objects.filter(name="").count() == 2


def test_backfill_in_a_transaction_says_how_to_leave_it() -> None:
    state = MigrationLoader(connection).project_state()
    with (
        connection.schema_editor(atomic=False) as editor,
        transaction.atomic(),
        pytest.raises(NotSupportedError, match="set atomic = False"),
    ):
        fill_name.database_forwards("accounts", editor, state, state)


# % if cookiecutter.use_example


def test_sql_for_postgresql_runs_there_and_nowhere_else() -> None:
    make_users(1)
    shout = RunPostgreSQL(
        "UPDATE accounts_user SET name = upper(email)", reverse_sql="UPDATE accounts_user SET name = 'back'"
    )

    migrate(shout)
    assert User.objects.get().name == ("0@EXAMPLE.COM" if connection.vendor == "postgresql" else "")

    migrate(shout, backwards=True)
    assert User.objects.get().name == ("back" if connection.vendor == "postgresql" else "")


# % endif
