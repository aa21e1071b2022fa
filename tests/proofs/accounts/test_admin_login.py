"""The admin asks for the second factor too."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD


@pytest.fixture
def staff(user: User) -> User:
    """Return a superuser."""
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def logged_in(client: Client, **fields: str) -> bool:
    """Return whether the admin's log-in form let a user in."""
    response = client.post("/admin/login/", {"username": "Ada@example.com", "password": PASSWORD, **fields})
    return response.status_code == 302 and settings.SESSION_COOKIE_NAME in client.cookies


def test_only_who_has_a_second_factor_is_shown_its_field_after_the_password(client: Client, staff: User) -> None:
    TOTP.activate(staff, generate_totp_secret())
    pages = [client.get("/admin/login/").text]
    for password in ("wrong", PASSWORD):
        fields = {"username": staff.email, "password": password}
        pages.append(client.post("/admin/login/", fields).text)

    assert ['name="code"' in page for page in pages] == [False, False, True]
    assert PASSWORD not in pages[-1]


def test_a_password_is_enough_without_a_second_factor(client: Client, staff: User) -> None:
    assert logged_in(client)
    assert client.get("/admin/").status_code == 200


def test_a_second_factor_is_asked_for(client: Client, staff: User) -> None:
    TOTP.activate(staff, generate_totp_secret())
    code = RecoveryCodes.activate(staff).get_unused_codes()[0]
    assert not logged_in(client)
    assert not logged_in(client, code="000000")
    assert logged_in(client, code=code)
    assert not logged_in(Client(), code=code)


def test_guessing_codes_is_slowed_down(client: Client, staff: User) -> None:
    TOTP.activate(staff, generate_totp_secret())
    code = RecoveryCodes.activate(staff).get_unused_codes()[0]
    for guess in range(5):
        assert not logged_in(client, code=f"{guess:06}")
    assert not logged_in(client, code=code)
