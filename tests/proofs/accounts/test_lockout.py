"""Who keeps guessing passwords is locked out, whichever door it is."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from apps.accounts.lockout import username
from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD

DOORS = ["admin", *django_settings.HEADLESS_CLIENTS]


@pytest.fixture(autouse=True)
def _three_failures_lock_out(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3


@pytest.fixture
def staff(user: User) -> User:
    """Somebody who has both doors open."""
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def knock(door: str, password: str, *, email: str = "ada@example.com", **headers: Any) -> tuple[int, Client]:
    """Return status and client of one attempt, made as from a client's own browser."""
    client = Client(**headers)
    if door == "admin":
        response = client.post("/admin/login/", {"username": email, "password": password})
    else:
        body = {"email": email, "password": password}
        response = client.post(f"/_allauth/{door}/v1/auth/login", body, content_type="application/json")
    client.last = response  # type: ignore[attr-defined]
    return response.status_code, client


def gets_in(door: str, **headers: Any) -> bool:
    status, _ = knock(door, PASSWORD, **headers)
    return status == (302 if door == "admin" else 200)


@pytest.mark.parametrize("door", DOORS)
def test_after_so_many_failures_the_right_password_does_not_open_either_door(door: str, staff: User) -> None:
    statuses = [knock(door, "wrong")[0] for _ in range(3)]

    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
    assert [gets_in(other) for other in DOORS] == [False] * len(DOORS)


def test_failures_at_all_doors_are_added_up(staff: User) -> None:
    knock("admin", "wrong")
    knock(DOORS[-1], "wrong", email=" ADA@example.com")

    assert knock("admin", "wrong", email="Ada@Example.com")[0] == 429


def test_the_api_answers_as_allauth_does(user: User) -> None:
    for _ in range(3):
        _, client = knock(DOORS[-1], "wrong")

    response = client.last  # type: ignore[attr-defined]
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert response.json() == {
        "status": 429,
        "errors": [
            {"message": "Too many failed login attempts. Try again later.", "code": "too_many_login_attempts"},
        ],
    }


def test_the_admin_answers_with_a_page(user: User) -> None:
    for _ in range(3):
        _, client = knock("admin", "wrong")

    response = client.last  # type: ignore[attr-defined]
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "<h1>Too many failed login attempts. Try again later.</h1>" in response.text


def test_others_are_let_in_meanwhile(staff: User) -> None:
    for _ in range(3):
        knock("admin", "wrong", REMOTE_ADDR="192.0.2.1")

    assert not gets_in("admin", REMOTE_ADDR="192.0.2.1")
    assert gets_in("admin", REMOTE_ADDR="192.0.2.2")


def test_behind_a_proxy_the_clients_own_address_counts(staff: User, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        knock("admin", "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 192.0.2.1")

    assert not gets_in("admin", HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert gets_in("admin", HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.2")


def test_it_ends_after_a_while(staff: User, settings: Settings) -> None:
    for _ in range(3):
        knock("admin", "wrong")

    settings.AXES_COOLOFF_TIME = timedelta(0)
    assert gets_in("admin")


def test_success_forgets_the_failures(staff: User) -> None:
    for _ in range(2):
        knock("admin", "wrong")
        knock("admin", "wrong")
        assert gets_in("admin")


def test_the_administrator_can_let_somebody_in(staff: User) -> None:
    for _ in range(3):
        knock("admin", "wrong")
    call_command("axes_reset_username", "ada@example.com")

    assert gets_in("admin")


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({"email": " Ada@Example.com "}, "ada@example.com"),
        ({"username": "Ada@Example.com"}, "ada@example.com"),
        ({"username": "a\0da"}, "ada"),
        ({"email": "x" * 300}, "x" * 255),
        (None, ""),
    ],
)
def test_an_account_is_spelled_in_one_way(credentials: dict[str, str] | None, expected: str) -> None:
    assert username(RequestFactory().post("/"), credentials) == expected


def test_failures_from_elsewhere_do_not_lock_the_owner_out(staff: User, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 100
    for number in range(6):
        knock(DOORS[-1], "wrong", REMOTE_ADDR="192.0.2.1")
        knock(DOORS[-1], "wrong", REMOTE_ADDR=f"192.0.2.{number + 10}")

    assert not gets_in(DOORS[-1], REMOTE_ADDR="192.0.2.1")
    assert gets_in(DOORS[-1], REMOTE_ADDR="192.0.2.2")


def test_guesses_of_a_second_factor_count_wherever_they_come_from(staff: User) -> None:
    """Who guesses these has the password already: it is no stranger who locks the owner out."""
    TOTP.activate(staff, generate_totp_secret())
    code = RecoveryCodes.activate(staff).get_unused_codes()[0]

    def enter(code: str, address: str) -> int:
        form = {"username": staff.email, "password": PASSWORD, "code": code}
        return Client(REMOTE_ADDR=address).post("/admin/login/", form).status_code

    for number in range(6):
        assert enter("000000", f"192.0.2.{number}") == 200
    assert enter(code, "192.0.2.200") == 200
