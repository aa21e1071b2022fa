"""Rotation of SECRET_KEY as in docs/security.md: users who visit in between stay signed in."""

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD

NEW = "the-next-secret-key-that-signs-nothing-outside-a-test-run"


@pytest.fixture
def staff(user: User) -> User:
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": user.email, "password": PASSWORD}).status_code == 302
    return client


def test_old_sessions_survive_until_the_old_key_is_gone(staff: User, settings: Settings) -> None:
    busy, idle = signed_in(staff), signed_in(staff)
    link = signing.dumps("a link in a mail")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [django_settings.SECRET_KEY]
    assert busy.get("/admin/").status_code == 200
    assert signing.loads(link) == "a link in a mail"

    settings.SECRET_KEY_FALLBACKS = []
    assert busy.get("/admin/").status_code == 200  # it came by while both were good, and got the new one
    assert idle.get("/admin/").status_code == 302
    with pytest.raises(signing.BadSignature):
        signing.loads(link)


def test_without_the_old_key_everybody_is_signed_out(staff: User, settings: Settings) -> None:
    client = signed_in(staff)

    settings.SECRET_KEY = NEW

    assert client.get("/admin/").status_code == 302
