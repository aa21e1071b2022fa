"""Signing in with JSON Web Tokens, as apps do."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.accounts.mail import mailed_code
from tests.factories import PASSWORD

AUTH = "/_allauth/app/v1/auth/"
REFRESH = "/_allauth/app/v1/tokens/refresh"


def send(client: Client, url: str, body: dict[str, Any], session: str = "") -> tuple[int, dict[str, Any]]:
    """Return status and JSON of a POST."""
    headers = {"X-Session-Token": session} if session else {}
    response = client.post(url, body, content_type="application/json", headers=headers)
    return response.status_code, response.json()


def sign_in(client: Client, user: User, password: str = PASSWORD) -> dict[str, str]:
    """Return session_token, access_token and refresh_token."""
    status, content = send(client, f"{AUTH}login", {"email": user.email, "password": password})
    assert status == 200, content
    tokens: dict[str, str] = content["meta"]
    return tokens


def status_with(client: Client, root: str, access_token: str) -> int:
    """Return the status of a request with the token."""
    return client.get(f"{root}users/me/", headers={"Authorization": f"Bearer {access_token}"}).status_code


@pytest.mark.django_db
def test_signs_up_verifies_the_address_and_uses_the_api(client: Client, root: str) -> None:
    new = {"email": "New@example.com", "password": PASSWORD, "name": "Neo"}
    status, content = send(client, f"{AUTH}signup", new)
    assert status == 401

    session = content["meta"]["session_token"]
    status, content = send(client, f"{AUTH}email/verify", {"key": mailed_code()}, session)

    assert status == 200
    assert status_with(client, root, content["meta"]["access_token"]) == 200
    assert not client.cookies


def test_a_refresh_token_works_once_and_its_second_use_ends_the_session(client: Client, verified_user: User) -> None:
    first = sign_in(client, verified_user)["refresh_token"]

    status, content = send(client, REFRESH, {"refresh_token": first})
    assert status == 200
    second = content["data"]["refresh_token"]
    assert second != first
    assert send(client, REFRESH, {"refresh_token": first})[0] == 400
    assert send(client, REFRESH, {"refresh_token": second})[0] == 400


def test_a_new_password_ends_access_tokens(client: Client, verified_user: User, root: str) -> None:
    access_token = sign_in(client, verified_user)["access_token"]
    assert status_with(client, root, access_token) == 200

    verified_user.set_password("a brand-new password")
    verified_user.save()

    assert status_with(client, root, access_token) == 401


def test_tokens_of_a_former_key_are_valid_until_it_is_removed(
    client: Client, verified_user: User, root: str, settings: Settings
) -> None:
    settings.HEADLESS_JWT_PRIVATE_KEY = former = "a former key of the project: " + "x" * 30
    access_token = sign_in(client, verified_user)["access_token"]
    settings.HEADLESS_JWT_PRIVATE_KEY = "the current key of the project: " + "y" * 30

    assert status_with(client, root, access_token) == 401
    settings.JWT_PRIVATE_KEY_FALLBACKS = [former]
    assert status_with(client, root, access_token) == 200
