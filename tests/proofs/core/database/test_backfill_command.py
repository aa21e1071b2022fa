"""`manage.py backfill`: a migration's backfill, ahead of the migration."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apps.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _migrations(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {"accounts": "proofs.core.database.migrations"}


def backfill(*arguments: str) -> str:
    output = StringIO()
    call_command("backfill", *arguments, stdout=output)
    return output.getvalue()


def make_users(count: int) -> None:
    User.objects.bulk_create(User(email=f"{n}@example.com") for n in range(count))


def test_it_fills_in_what_the_migration_fills_in() -> None:
    make_users(5)

    output = backfill("accounts", "0002")

    assert output == "User: 5 rows done, none left.\n"
    assert set(User.objects.values_list("email", "name")) == {(f"{n}@example.com",) * 2 for n in range(5)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["accounts", "0009"], "There is not exactly one migration 0009 in accounts."),
        (["accounts", "000"], "There is not exactly one migration 000 in accounts."),
        (["accounts", "0003"], "accounts.0003_nothing has no Backfill."),
        (
            ["accounts", "0004"],
            "First apply the migrations before accounts.0004_fill_name_again: accounts.0002_fill_name, accounts.0003_nothing.",
        ),
    ],
)
def test_a_mistake_is_one_clear_message(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        backfill(*arguments)
