"""Second factors are encrypted in the database, with SECRET_KEY, and survive its change."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from tests.factories import UserFactory

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW = "the-next-secret-key-that-encrypts-nothing-outside-a-test-run"


@pytest.fixture
def codes(user: User) -> list[str]:
    """Return the recovery codes of a user with both kinds of second factor."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).get_unused_codes()


def secrets() -> list[str]:
    """Return the secrets as anybody with the key reads them."""
    totp, recovery = (Authenticator.objects.get(type=kind) for kind in ("totp", "recovery_codes"))
    return [decrypt(totp.data["secret"]), *RecoveryCodes(recovery).get_unused_codes()]


def test_the_database_alone_does_not_tell_the_secrets(codes: list[str]) -> None:
    stored = str(list(Authenticator.objects.values()))

    assert SECRET not in stored
    assert secrets() == [SECRET, *codes]
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith("gAAAA")


def test_secrets_survive_a_change_of_the_secret_key(codes: list[str], settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert secrets() == [SECRET, *codes]

    call_command("encrypt_second_factors")
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets() == [SECRET, *codes]


def test_without_the_key_there_is_no_secret_rather_than_a_guessable_one(codes: list[str], settings: Any) -> None:
    settings.SECRET_KEY = NEW

    with pytest.raises(InvalidToken):
        secrets()


@pytest.mark.parametrize("broken", ["", "no token", "gAAAAA", "\u00e9", 7, None])
def test_one_that_cannot_be_read_holds_up_no_other(codes: list[str], settings: Any, broken: Any) -> None:
    other = TOTP.activate(UserFactory.create(), SECRET).instance
    Authenticator.objects.filter(pk=other.pk).update(data={"secret": broken}, created_at=other.created_at)
    first = TOTP.activate(UserFactory.create(), SECRET).instance
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]

    with pytest.raises(CommandError, match="1 second factors could not be encrypted"):
        call_command("encrypt_second_factors")

    settings.SECRET_KEY_FALLBACKS = []
    first.refresh_from_db()
    assert decrypt(first.data["secret"]) == SECRET
    other.refresh_from_db()
    assert other.data == {"secret": broken}
