"""Session cookies with CSRF tokens, from sign-up to log-out, against every mounted API."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD, mailed_code

AUTH = "/_allauth/browser/v1/auth/"


def csrf(browser: Client) -> dict[str, str]:
    """Return the header that a page adds from its cookie."""
    return {"X-CSRFToken": browser.cookies[settings.CSRF_COOKIE_NAME].value}


def post(browser: Client, url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return status and JSON of a POST with the CSRF token, fetching one first if there is none."""
    if settings.CSRF_COOKIE_NAME not in browser.cookies:
        browser.get("/_allauth/browser/v1/config")
    response = browser.post(url, json.dumps(body), content_type="application/json", headers=csrf(browser))
    return response.status_code, response.json()


def log_in(browser: Client, email: str = "ada@example.com", password: str = PASSWORD) -> None:
    """Log a browser in."""
    status, answer = post(browser, f"{AUTH}login", {"email": email, "password": password})
    assert status == 200, answer
    assert "session_token" not in answer["meta"]


@pytest.mark.django_db
def test_a_new_user_signs_up_verifies_and_uses_the_api(browser: Client, api: str) -> None:
    status, _ = post(browser, f"{AUTH}signup", {"email": "new@example.com", "password": PASSWORD, "name": "Neo"})
    assert status == 401
    assert browser.get(f"{api}users/me/").status_code == 401
    status, answer = post(browser, f"{AUTH}email/verify", {"key": mailed_code()})
    assert status == 200, answer
    assert browser.get(f"{api}users/me/").json()["email"] == "new@example.com"


def test_the_cookie_is_enough_to_read(
    browser: Client, api: str, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    log_in(browser)
    with django_assert_num_queries(1):
        response = browser.get(f"{api}users/me/")
    assert (response.status_code, response.json()["id"]) == (200, user.pk)


def test_writing_needs_the_csrf_token(browser: Client, api: str, user: User) -> None:
    log_in(browser)
    for headers in ({}, {"X-CSRFToken": "x" * 32}, {"X-CSRFToken": "\x00é"}):
        response = browser.patch(f"{api}users/me/", {"name": "X"}, content_type="application/json", headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
        assert "WWW-Authenticate" not in response
    user.refresh_from_db()
    assert user.name == "Ada"
    response = browser.patch(
        f"{api}users/me/", {"name": "Ada L."}, content_type="application/json", headers=csrf(browser)
    )
    assert (response.status_code, response.json()["name"]) == (200, "Ada L.")


def test_an_anonymous_write_is_401_not_403(browser: Client, api: str, db: None) -> None:
    response = browser.patch(f"{api}users/me/", {}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    # One challenge, the first method's: with tokens switched on it is `Bearer`.
    assert response["WWW-Authenticate"] in ('Bearer realm="api"', 'Session realm="api"')


@pytest.mark.parametrize("cookie", ["", "garbage", "x" * 5000, "a\\000b"])
def test_a_bad_cookie_is_401(browser: Client, api: str, db: None, cookie: str) -> None:
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert browser.get(f"{api}users/me/").status_code == 401


def test_log_out_ends_access_at_once(browser: Client, api: str, user: User) -> None:
    log_in(browser)
    stolen = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.delete(f"{AUTH}session", headers=csrf(browser)).status_code == 401  # nobody is logged in now
    browser.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert browser.get(f"{api}users/me/").status_code == 401


def test_log_in_itself_needs_the_csrf_token(browser: Client, user: User) -> None:
    response = browser.post(
        f"{AUTH}login", {"email": user.email, "password": PASSWORD}, content_type="application/json"
    )
    assert response.status_code == 403


def test_an_inactive_user_is_out(browser: Client, api: str, user: User) -> None:
    log_in(browser)
    User.objects.update(is_active=False)
    assert browser.get(f"{api}users/me/").status_code == 401


def test_a_forgotten_password_is_reset_by_code_and_ends_other_sessions(api: str, user: User) -> None:
    other = Client(enforce_csrf_checks=True)
    log_in(other)
    browser = Client(enforce_csrf_checks=True)
    assert post(browser, f"{AUTH}password/request", {"email": user.email})[0] == 401
    body = {"key": mailed_code(), "password": "a-brand-new-password"}
    assert post(browser, f"{AUTH}password/reset", body)[0] == 401
    log_in(browser, password="a-brand-new-password")
    assert other.get(f"{api}users/me/").status_code == 401
