"""Social providers are configured by the environment; a new user has the name that the provider sends."""

import os
import subprocess
import sys

import pytest
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.test import Client, RequestFactory

from apps.accounts.adapters import SocialAccountAdapter
from apps.accounts.models import User

SCRIPT = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
kind = settings.HEADLESS_CLIENTS[0]
answer = Client(HTTP_HOST="localhost").get(f"/_allauth/{kind}/v1/config").json()
print(*(provider["id"] for provider in answer["data"]["socialaccount"]["providers"]))
if kind == "browser":
    form = {"provider": "google", "process": "login", "callback_url": "/"}
    print(Client(HTTP_HOST="localhost").post("/_allauth/browser/v1/auth/provider/redirect", form)["Location"])
"""


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a process with further environment variables."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": "sqlite:///:memory:",
        "SECRET_KEY": "only-for-this-test-and-signs-nothing-outside-of-it",
    }
    return subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", SCRIPT], env=environment | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db
def test_there_is_none_without_variables(client: Client) -> None:
    answer = client.get(f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/config").json()

    assert answer["data"]["socialaccount"]["providers"] == []


def test_a_provider_is_switched_on_by_its_variables() -> None:
    keys = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
    oidc = {
        "OPENID_CONNECT_CLIENT_ID": "id",
        "OPENID_CONNECT_CLIENT_SECRET": "s",
        "OPENID_CONNECT_SERVER_URL": "https://sso",
    }
    result = run(SOCIAL_LOGIN_PROVIDERS="google,openid_connect", **keys, **oidc)
    lines = result.stdout.splitlines()
    assert set(lines[0].split()) == {"google", "oidc"}, result.stderr
    if len(lines) > 1:
        assert lines[1].startswith("https://accounts.google.com/o/oauth2/v2/auth?client_id=id&")
        assert "code_challenge=" in lines[1]


def test_a_missing_key_is_named() -> None:
    result = run(SOCIAL_LOGIN_PROVIDERS="google")
    assert "GOOGLE_CLIENT_ID" in result.stderr


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"name": "Ada Lovelace"}, "Ada Lovelace"),
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"first_name": "Ada", "last_name": None}, "Ada"),
        ({"name": "x" * 1000}, "x" * 150),
        ({}, ""),
    ],
)
def test_a_new_user_has_the_name_that_the_provider_sends(
    rf: RequestFactory, told: dict[str, str | None], name: str
) -> None:
    login = SocialLogin(user=User())

    user = SocialAccountAdapter().populate_user(rf.get("/"), login, {"email": "ada@example.com", **told})

    assert (user.email, user.name) == ("ada@example.com", name)
