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


def run(script: str = SCRIPT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process with further environment variables."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": "sqlite:///:memory:",
        "SECRET_KEY": "only-for-this-test-and-signs-nothing-outside-of-it",
    }
    return subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", script], env=environment | variables, capture_output=True, text=True, check=False
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


HOSTILE = """
import base64, json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
answers = {}

class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        if "configuration" in self.path:
            names = ("authorization", "token", "userinfo")
            answer = {f"{name}_endpoint": f"{URL}/{name}" for name in names} | {"issuer": URL, "jwks_uri": f"{URL}/keys"}
        else:
            answer = answers.get(self.path, {"keys": []})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    do_POST = do_GET

    def log_message(self, *arguments):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
URL = f"http://127.0.0.1:{server.server_port}"
Thread(target=server.serve_forever, daemon=True).start()
settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = URL

def jwt(header):
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, {}, ""))

def tell(what, response):
    print(response.status_code, what, response.headers.get("Location", ""))

def client():
    return Client(HTTP_HOST="localhost", raise_request_exception=False)

for kind in settings.HEADLESS_CLIENTS:
    for header in ({}, {"alg": "RS256"}, {"alg": 5}, {"alg": "HS256", "kid": "x"}, []):
        token = {"client_id": "id", "id_token": jwt(header)}
        body = {"provider": "oidc", "process": "login", "token": token}
        url = f"/_allauth/{kind}/v1/auth/provider/token"
        tell(f"id_token {header}", client().post(url, body, content_type="application/json"))
if "browser" in settings.HEADLESS_CLIENTS:
    user = {"sub": "7", "email": "a@example.org", "email_verified": True}
    token = {"access_token": "x", "token_type": "Bearer"}
    redirect = "/_allauth/browser/v1/auth/provider/redirect"
    form = {"provider": "oidc", "process": "login", "callback_url": "/"}
    for url in ("http://[", "//[::1", "http://\\u2100.example/"):
        tell(f"callback_url {url}", client().post(redirect, form | {"callback_url": url}))
    changes = [{"sub": ""}, {"sub": "x" * 300}, {"email": 5}, {"name": {}}, {"given_name": 5}, {"name": 5}, {"sub": "\\ud800"}]
    for said in [*(user | change for change in changes), {}, [], 5, None, user]:
        for answer in (token, 5, {**token, "expires_in": "soon"}) if said == user else (token,):
            answers.update({"/userinfo": said, "/token": answer})
            browser = client()
            state = parse_qs(urlsplit(browser.post(redirect, form)["Location"]).query)["state"][0]
            response = browser.get("/accounts/oidc/oidc/login/callback/", {"code": "x", "state": state})
            tell(f"{said} {answer}", response)
"""


def test_what_a_provider_or_a_stranger_says_in_its_name_is_never_a_500() -> None:
    keys = {"OPENID_CONNECT_CLIENT_ID": "id", "OPENID_CONNECT_CLIENT_SECRET": "s"}
    url = {"OPENID_CONNECT_SERVER_URL": "http://127.0.0.1"}

    result = run(HOSTILE, SOCIAL_LOGIN_PROVIDERS="openid_connect", **keys, **url)

    lines = result.stdout.splitlines()
    assert len(lines) >= 5, result.stderr
    assert [line for line in lines if line.startswith("5")] == []
    if "browser" in settings.HEADLESS_CLIENTS:
        assert "302" in lines[-3], result.stderr  # the one that is as it should be
