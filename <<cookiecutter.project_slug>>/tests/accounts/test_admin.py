"""Users in the admin, and signing in to it."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def helper(client: Client, staff: User) -> Client:
    """The client of somebody with every permission for users who is no superuser."""
    staff.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(staff)
    return client


def change_url(user: User, page: str = "accounts_user_change") -> str:
    return reverse(f"admin:{page}", args=[user.pk])


def sign_in(client: Client, user: User, password: str = PASSWORD, code: str = "") -> int:
    """Return the status of signing in: 302 for success."""
    fields = {"username": user.email, "password": password, "code": code}
    return client.post(reverse("admin:login"), fields).status_code


def test_asks_for_the_second_factor(client: Client, superuser: User) -> None:
    assert sign_in(client, superuser) == 302
    TOTP.activate(superuser, generate_totp_secret())
    code = RecoveryCodes.activate(superuser).get_unused_codes()[0]

    assert sign_in(Client(), superuser) == 200
    assert sign_in(Client(), superuser, code="000000") == 200
    assert sign_in(Client(), superuser, code=code) == 302


def test_locks_out_after_failures_in_a_row(client: Client, superuser: User, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3

    assert [sign_in(client, superuser, "wrong") for _ in range(3)] == [200, 200, 429]
    assert sign_in(client, superuser) == 429


def test_adds_a_user_by_email_address(client: Client, superuser: User) -> None:
    client.force_login(superuser)
    passwords = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

    client.post(reverse("admin:accounts_user_add"), {"email": "New@example.com", "name": "New", **passwords})

    assert User.objects.get(email="new@example.com").check_password(PASSWORD)


def test_only_a_superuser_gives_privileges(helper: Client, user: User) -> None:
    helper.post(change_url(user), {"email": user.email, "name": "Ada", "is_active": "on", "is_superuser": "on"})

    user.refresh_from_db()
    assert user.name == "Ada"
    assert not user.is_superuser


@pytest.mark.parametrize("page", ["accounts_user_change", "accounts_user_delete", "auth_user_password_change"])
def test_only_a_superuser_writes_to_a_superuser(helper: Client, superuser: User, page: str) -> None:
    assert helper.post(change_url(superuser, page), {"email": "me@example.com"}).status_code == 403


def test_who_may_only_view_users_does_not_see_a_passwords_hash(client: Client, staff: User, user: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(staff)

    page = client.get(change_url(user)).text

    assert user.email in page
    assert user.password not in page
