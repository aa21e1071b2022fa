"""The session cookie: what browsers send on their own is believed only together with a CSRF token."""

import pytest

from apps.accounts.models import User
from proofs.contract.client import ApiClient
from tests.authentication import by_session as session

TOKEN = "x" * 32


@pytest.fixture
def browser(visitor: ApiClient, user: User) -> ApiClient:
    """A client that is asked for CSRF tokens, as browsers are."""
    session(visitor.django, user)
    visitor.django.handler.enforce_csrf_checks = True
    return visitor


def test_reading_needs_no_token(browser: ApiClient) -> None:
    assert browser.get("users/me/").status == 200


def test_writing_without_a_token_is_refused(browser: ApiClient, user: User) -> None:
    answer = browser.patch("users/me/", {"name": "Eve"})

    assert answer.status == 403
    assert answer.json["code"] == "csrf_failed"
    user.refresh_from_db()
    assert user.name != "Eve"


def test_a_wrong_method_is_wrong_with_and_without_a_token(browser: ApiClient) -> None:
    assert browser.request("DELETE", "users/me/").status == 405


def test_writing_with_another_token_than_the_cookie_is_refused(browser: ApiClient) -> None:
    browser.django.cookies["csrftoken"] = TOKEN

    assert browser.patch("users/me/", {"name": "Eve"}, x_csrftoken="y" * 32).json["code"] == "csrf_failed"


def test_writing_with_the_token_of_the_cookie_is_allowed(browser: ApiClient) -> None:
    browser.django.cookies["csrftoken"] = TOKEN

    assert browser.patch("users/me/", {"name": "Ada"}, x_csrftoken=TOKEN).status == 200


def test_a_session_that_does_not_exist_is_a_visitors(visitor: ApiClient) -> None:
    visitor.django.cookies["sessionid"] = "no-such-session-or-garbage"

    assert visitor.get("users/me/").status == 401


def test_signing_out_ends_access(browser: ApiClient) -> None:
    browser.django.logout()

    assert browser.get("users/me/").status == 401
