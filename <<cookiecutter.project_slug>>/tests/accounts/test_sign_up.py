"""Signing up, with each kind of client that the project has."""

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from apps.accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
each_client = pytest.mark.parametrize("kind", settings.HEADLESS_CLIENTS)


def sign_up(kind: str, **fields: str) -> Any:
    """Return the response to a sign-up."""
    url = f"/_allauth/{kind}/v1/auth/signup"
    return Client().post(url, {"password": PASSWORD, **fields}, content_type="application/json")


@each_client
def test_does_not_tell_which_addresses_are_taken(kind: str, verified_user: User) -> None:
    known, new = (sign_up(kind, email=email) for email in (verified_user.email, "new@example.com"))

    assert known.status_code == new.status_code == 401
    assert known.json()["data"] == new.json()["data"]
    assert {"id": "verify_email", "is_pending": True} in new.json()["data"]["flows"]
    assert [message.to for message in mail.outbox] == [[verified_user.email], ["new@example.com"]]


@each_client
@pytest.mark.parametrize("email", ["ada", "ſx@example.org", '"\x01"@example.org', "ada@exa\x00mple.org", "\ud800@b.c"])
def test_refuses_what_cannot_be_mailed_to(kind: str, email: str) -> None:
    assert sign_up(kind, email=email).status_code == 400
    assert not User.objects.exists()


@each_client
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_refuses_a_body_that_is_none(kind: str, body: bytes) -> None:
    response = Client().post(f"/_allauth/{kind}/v1/auth/signup", body, content_type="application/json")

    assert response.status_code == 400


@each_client
def test_of_two_simultaneous_sign_ups_both_get_the_usual_answer(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    save = User.save

    def save_after_another(user: User, **options: Any) -> None:
        monkeypatch.setattr(User, "save", save)
        User.objects.create_user(user.email)
        raise IntegrityError

    monkeypatch.setattr(User, "save", save_after_another)

    assert sign_up(kind, email="new@example.com").status_code == 401
    assert User.objects.count() == 1
