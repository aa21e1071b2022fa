"""Sign-up and password reset for strangers: no 500, no half-made accounts, nothing to be learnt from the time."""

import json
import statistics
import time
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.db import IntegrityError
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.accounts.models import User, validate_mailable
from proofs.accounts.signing_in import PASSWORD
from proofs.postgresql import Threads, on_postgresql

CLIENT = settings.HEADLESS_CLIENTS[0]
AUTH = f"/_allauth/{CLIENT}/v1/auth/"

UNMAILABLE = [
    "ſx@example.org",  # LATIN SMALL LETTER LONG S, which a pattern that ignores case takes for an s
    '"\x01"@example.org',
    '"a b"@example.org',
    '"a@b"@example.org',
    "a@\u00ad.example.org",
    f"a@{'ü' * 60}.example.org",
    "=?utf-8?q?a?=@example.org",
]


def post(path: str, **body: str) -> tuple[int, dict[str, Any]]:
    """Return status and JSON of a stranger's POST."""
    response = Client().post(f"{AUTH}{path}", json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


@pytest.mark.parametrize("email", UNMAILABLE)
@pytest.mark.parametrize("path", ["signup", "password/request"])
def test_an_address_that_no_mail_can_be_sent_to_is_refused_before_anything_is_saved(
    db: None, path: str, email: str
) -> None:
    status, answer = post(path, email=email, password=PASSWORD)

    assert status == 400
    assert [(error["param"], error["code"]) for error in answer["errors"]] == [("email", "invalid")]
    assert not User.objects.exists()


def test_an_address_is_refused_if_the_database_would_have_to_cut_it_off(db: None) -> None:
    too_long = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example.org"
    assert len(too_long) == 255

    status, answer = post("signup", email=too_long, password=PASSWORD)

    assert status == 400
    assert [(error["param"], error["code"]) for error in answer["errors"]] == [("email", "max_length")]
    assert not User.objects.exists()
    assert post("signup", email=too_long.removeprefix("a"), password=PASSWORD)[0] == 401  # its code is on the way
    assert User.objects.get().email == too_long.removeprefix("a")


def test_the_admin_and_the_commands_refuse_it_too(db: None) -> None:
    with pytest.raises(ValidationError):
        User(email=UNMAILABLE[0], password="x").full_clean()


def mailable(email: str) -> bool:
    """Return whether our forms take an address."""
    try:
        validate_email(email)
        validate_mailable(email)
    except ValidationError:
        return False
    return True


LOCAL = st.one_of(
    st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{}|~-]{1,20}", fullmatch=True),
    st.from_regex(r"a?=\?utf-8\?[bq]\?[a-z=_]{0,8}\?=a?", fullmatch=True),
    st.text(min_size=1, max_size=12),
)
QUOTED = st.text(max_size=8).map(lambda text: f'"{text}"')
DOMAIN = st.one_of(
    st.sampled_from(["example.org", "bücher.example", "xn--bcher-kva.example", "[127.0.0.1]", "localhost"]),
    st.text(min_size=1, max_size=12).map(lambda text: f"{text}.org"),
)


@hypothesis_settings(max_examples=600, deadline=None)
@given(local=LOCAL | QUOTED, domain=DOMAIN)
def test_what_the_forms_accept_the_mail_backend_sends(local: str, domain: str) -> None:
    email = f"{local}@{domain}".lower()
    if mailable(email):
        EmailBackend.prep_address(EmailBackend.__new__(EmailBackend), email)
        mail.EmailMessage("Subject", "Body", "noreply@example.com", [email]).message().as_bytes()


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("emails", [["new@example.com"] * 4, ["new@example.com", "NEW@example.com"] * 2])
def test_of_several_sign_ups_at_once_one_wins_and_the_others_see_what_a_taken_address_sees(
    emails: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They meet after the form has found the address free, and before anything is saved."""
    barrier = Barrier(len(emails), timeout=10)
    create_user = User.save_base
    met: list[str] = []

    def meet(self: User, *args: Any, **kwargs: Any) -> None:
        if self.pk is None and len(met) < len(emails):
            met.append(self.email)
            barrier.wait()
        create_user(self, *args, **kwargs)

    monkeypatch.setattr(User, "save_base", meet)

    with Threads(len(emails)) as pool:
        statuses = sorted(pool.map(lambda email: post("signup", email=email, password=PASSWORD)[0], emails))

    assert len(met) == len(emails)
    taken, _ = post("signup", email=emails[0], password=PASSWORD)
    assert statuses[0] == 401
    assert set(statuses) <= {401, taken}
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_the_loser_of_a_race_gets_the_answer_for_a_taken_address(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form finds the address free, then somebody else has it."""
    _, expected = post("signup", email=user.email, password=PASSWORD)
    original = User.save

    def taken(self: User, *args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(User, "save", original)
        User.objects.create_user("new@example.com", PASSWORD)
        raise IntegrityError

    monkeypatch.setattr(User, "save", taken)
    mail.outbox.clear()

    status, answer = post("signup", email="new@example.com", password=PASSWORD)

    for one in (answer, expected):
        one["meta"].pop("session_token", None)
    assert (status, answer) == (401, expected)
    assert "already exists" in mail.outbox[0].body


class CostlyHasher(Argon2PasswordHasher):
    """Costs as much on every machine as it does in production, and nothing for other threads."""

    memory_cost = 20_000
    parallelism = 1


PAIRS = 40


@pytest.mark.parametrize("path", ["signup", "password/request", "login"])
def test_the_time_of_the_answer_does_not_tell_whether_an_address_is_known(
    user: User, path: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(
        ["signup", "login", "login_failed", "reset_password", "confirm_email"], "9999/s/ip"
    )
    settings.AXES_ENABLED = False
    settings.PASSWORD_HASHERS = [f"{__name__}.CostlyHasher"]
    users = [User.objects.create_user(f"known{n}@example.com", PASSWORD) for n in range(PAIRS)]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in users
    )

    def seconds(email: str) -> float:
        start = time.perf_counter()
        post(path, email=email, password="wrong-but-long-password")
        return time.perf_counter() - start

    for n in range(3):
        seconds(f"warm{n}@example.com")
    pairs = []
    for n in range(PAIRS):
        first, second = f"known{n}@example.com", f"unknown{n}@example.com"
        times = {email: seconds(email) for email in ((first, second) if n % 2 else (second, first))}
        pairs.append((times[first], times[second]))
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{path}: known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms")

    assert abs(known - unknown) < 0.5 * max(known, unknown)
