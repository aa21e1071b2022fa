"""`manage.py demo`."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from pytest_django import Settings

from apps.accounts.models import User
from apps.demo.data import SIZES
from config.settings.env import BASE_DIR

EMAIL = f"demo@{django_settings.DOMAIN_NAME}"


@pytest.fixture(autouse=True)
def _small_demo_in_development(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    for name in SIZES:
        monkeypatch.setitem(SIZES, name, 10)


def demo(*arguments: str) -> str:
    """Run the command without serving and return what it prints."""
    output = StringIO()
    call_command("demo", "--no-serve", *arguments, stdout=output)
    return output.getvalue()


def printed_password(output: str) -> str:
    match = re.search(rf"{re.escape(EMAIL)}\s+(.+)", output)
    assert match
    return match[1]


@pytest.mark.django_db
def test_it_refuses_to_run_in_production(settings: Settings) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="only with DEBUG on"):
        demo()

    assert not User.objects.exists()


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_it_refuses_a_port_that_there_is_not(port: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 65535"):
        call_command("demo", port=port)


def test_it_refuses_a_negative_number_of_objects() -> None:
    for name in SIZES:
        with pytest.raises(CommandError, match=f"--{name} must not be negative"):
            call_command("demo", **{name: -5}, no_serve=True)


@pytest.mark.django_db
def test_the_printed_login_opens_the_admin(client: Client) -> None:
    output = demo("--port", "8080")

    client.post(reverse("admin:login"), {"username": EMAIL, "password": printed_password(output)})

    assert client.get(reverse("admin:index")).status_code == 200
    assert "http://127.0.0.1:8080/" in output


@pytest.mark.django_db
def test_run_again_it_adds_nothing_and_says_so() -> None:
    first = demo()
    users = User.objects.count()
    second = demo()

    assert User.objects.count() == users
    assert "already there" not in first
    assert "already there" in second
    assert printed_password(first) == printed_password(second)


@pytest.mark.django_db
def test_a_password_that_was_changed_stays() -> None:
    demo()
    login = User.objects.get(email=EMAIL)
    login.set_password("my own words")
    login.save(update_fields=["password"])

    output = demo()

    login.refresh_from_db()
    assert login.check_password("my own words")
    assert printed_password(output) == "(with the password you have given it)"


@pytest.mark.django_db
def test_the_password_is_another_where_the_secret_key_is(settings: Settings) -> None:
    password = printed_password(demo())
    for model in (User, EmailAddress):
        model.objects.filter(email=EMAIL).update(email="former@example.com")
    settings.SECRET_KEY += " and more"

    assert printed_password(demo()) != password


@pytest.mark.django_db
def test_a_reload_of_the_server_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DJANGO_AUTORELOAD_ENV, "true")

    assert demo() == ""
    assert not User.objects.exists()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Run the command as a user does and yield the address it serves at."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "manage.py", "demo", "--port", str(port), *(f"--{name}=10" for name in SIZES)],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "SECRET_KEY": "only for this test",
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        },
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGTERM)  # the server's reloader is a process of its own
    process.wait()


def test_it_serves_the_project(served: str) -> None:
    for _ in range(400):
        try:
            with urlopen(f"{served}/health/ready/", timeout=5) as response:  # noqa: S310 - our own address
                assert response.status == 200
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail("Nothing is served.")
