"""`manage.py demo`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.demo.data import SIZES


def run() -> str:
    """Return what the command prints; it makes three of everything."""
    output = StringIO()
    call_command("demo", no_serve=True, stdout=output, **dict.fromkeys(SIZES, 3))
    return output.getvalue()


def test_makes_data_and_a_login_once(db: None, settings: Settings) -> None:
    settings.DEBUG = True

    printed = run()
    users = User.objects.count()

    login = User.objects.get(is_superuser=True)
    assert login.email in printed
    assert login.check_password(printed.partition(login.email)[2].split()[0])
    assert "already there" in run()
    assert User.objects.count() == users


def test_runs_in_development_only() -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        run()
