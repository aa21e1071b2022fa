"""A database that cannot be used is a 503 that says when to try again, wherever that is noticed; a bug stays a 500."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django.db
import psycopg
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.contract.apis import ROOTS
from tests.authentication import Authenticate
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

OUTAGES = {
    "08006": "the connection is lost",
    "25006": "a server that is read-only or in recovery",
    "25P03": "the transaction was idle for too long",
    "40001": "a serialization failure",
    "40P01": "a deadlock",
    "53100": "the disk is full",
    "53200": "the server is out of memory",
    "53300": "too many connections",
    "55P03": "a lock was not to be had",
    "57014": "a statement ran out of time",
    "57P01": "the server is shut down",
    "57P03": "the server is starting",
}
BUGS = {
    "22012": "a division by zero",
    "25P02": "a statement after one that failed",
    "42P01": "there is no such table",
    "XX001": "corrupted data",
}
# Django's exceptions, named as those of psycopg.
KINDS = [
    django.db.DataError,
    django.db.OperationalError,
    django.db.InternalError,
    django.db.ProgrammingError,
]


def error_of(state: str) -> Exception:
    """Return the exception that Django makes of an error of PostgreSQL."""
    cause = psycopg.errors.lookup(state)
    kind = next(kind for kind in KINDS if issubclass(cause, getattr(psycopg, kind.__name__)))
    error: Exception = kind("as the server says")
    error.__cause__ = cause("as the server says")
    return error


@contextmanager
def failing(error: Exception, when: Callable[[str], bool] = lambda sql: True) -> Iterator[None]:
    """Raise `error` in place of each query of the block for which `when` holds."""

    def fail(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if when(sql):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


def assert_unavailable(response: Any) -> None:
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    if response.request["PATH_INFO"].startswith("/api/"):
        assert response.json()["code"] == "unavailable"
        assert response.json()["request_id"]


@pytest.fixture
def caller(user: User, authenticate_somehow: Authenticate) -> Client:
    client = Client(raise_request_exception=False)  # it is reported, too
    authenticate_somehow(client, user)
    return client


@pytest.mark.parametrize("state", OUTAGES)
@pytest.mark.parametrize("root", ROOTS)
def test_an_outage_in_the_api_is_a_503(caller: Client, root: str, state: str) -> None:
    with failing(error_of(state)):
        assert_unavailable(caller.get(f"{root}users/me/"))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(
    "error", [OperationalError("a full pool"), InterfaceError("connection already closed")], ids=["pool", "closed"]
)
def test_so_is_a_connection_that_is_not_to_be_had(caller: Client, root: str, error: Exception) -> None:
    with failing(error, lambda sql: sql.startswith("UPDATE")):
        assert_unavailable(caller.patch(f"{root}users/me/", {"name": "Ada"}, content_type="application/json"))


@pytest.mark.parametrize("state", BUGS)
@pytest.mark.parametrize("root", ROOTS)
def test_a_bug_is_a_500(caller: Client, root: str, state: str) -> None:
    with failing(error_of(state)):
        response = caller.get(f"{root}users/me/")

    assert (response.status_code, response.json()["code"]) == (500, "server_error")
    assert "Retry-After" not in response


@pytest.mark.parametrize("table", ["accounts_user", "django_admin_log"])
def test_an_outage_in_a_page_is_a_503(user: User, table: str) -> None:
    """The first is read before the view, the second by its template."""
    User.objects.update(is_staff=True, is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(user)

    with failing(error_of("25006"), lambda sql: table in sql):
        assert_unavailable(client.get(f"/{settings.ADMIN_URL}"))


@pytest.mark.parametrize("state", ["25006", "57P01"])
def test_an_outage_at_sign_up_log_in_and_password_reset_is_a_503(state: str) -> None:
    client = Client(raise_request_exception=False)
    body = json.dumps({"email": "ada@example.com", "password": PASSWORD})

    for path in ("signup", "login", "password/request"):
        url = f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/auth/{path}"
        with failing(error_of(state)):
            assert_unavailable(client.post(url, body, content_type="application/json"))


def fail_outside_the_view(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        get_response(request)
        raise error_of("57P01")

    return middleware


@pytest.mark.parametrize("path", ["/", *ROOTS])
def test_an_outage_in_a_middleware_is_a_503(caller: Client, settings: Settings, path: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.{fail_outside_the_view.__name__}"]

    assert_unavailable(caller.get(path))


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError()])
def test_so_is_another_server_that_a_view_needs(
    caller: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("apps.pages.views.render", fail)

    assert_unavailable(caller.get("/"))
