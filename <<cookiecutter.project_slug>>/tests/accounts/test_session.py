"""Signing in with a session cookie, as browsers do."""

from typing import Any

from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from tests.accounts.mail import mailed_code
from tests.factories import PASSWORD

AUTH = "/_allauth/browser/v1/auth/"


class Browser(Client):
    """A client that is asked for CSRF tokens, and sends the one of its cookie."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.get("/_allauth/browser/v1/config")

    def send(self, method: str, url: str, body: dict[str, Any] | None = None) -> Any:
        token = self.cookies[settings.CSRF_COOKIE_NAME].value
        call: Any = getattr(self, method)
        return call(url, body or {}, content_type="application/json", headers={"X-CSRFToken": token})

    def sign_in(self, user: User, password: str = PASSWORD) -> int:
        status: int = self.send("post", f"{AUTH}login", {"email": user.email, "password": password}).status_code
        return status


def test_signs_up_verifies_the_address_and_uses_the_api(db: None, root: str) -> None:
    browser = Browser()
    new = {"email": "New@example.com", "password": PASSWORD, "name": "Neo"}

    assert browser.send("post", f"{AUTH}signup", new).status_code == 401
    assert browser.get(f"{root}users/me/").status_code == 401
    assert browser.send("post", f"{AUTH}email/verify", {"key": mailed_code()}).status_code == 200

    shown = browser.get(f"{root}users/me/").json()
    assert (shown["email"], shown["name"]) == ("new@example.com", "Neo")


def test_signs_in_and_out(verified_user: User, root: str) -> None:
    browser = Browser()
    assert browser.sign_in(verified_user, "wrong") == 400
    assert browser.sign_in(verified_user) == 200
    assert browser.get(f"{root}users/me/").status_code == 200

    browser.send("delete", f"{AUTH}session")

    assert browser.get(f"{root}users/me/").status_code == 401


def test_writing_needs_the_csrf_token(verified_user: User, root: str) -> None:
    browser = Browser()
    browser.sign_in(verified_user)

    response = browser.patch(f"{root}users/me/", {"name": "Eve"}, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert browser.send("patch", f"{root}users/me/", {"name": "Ada"}).status_code == 200


def test_a_new_password_ends_other_sessions(verified_user: User, root: str) -> None:
    browser, other = Browser(), Browser()
    other.sign_in(verified_user)
    browser.send("post", f"{AUTH}password/request", {"email": verified_user.email})

    browser.send("post", f"{AUTH}password/reset", {"key": mailed_code(), "password": "a brand-new password"})

    assert browser.sign_in(verified_user, "a brand-new password") == 200
    assert other.get(f"{root}users/me/").status_code == 401
