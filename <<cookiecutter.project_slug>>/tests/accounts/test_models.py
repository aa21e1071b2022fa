"""The user model."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError
from django.test import RequestFactory

from apps.accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_users_sign_in_with_their_email_address_in_upper_or_lower_case() -> None:
    user = UserFactory.create(email="Ada@Example.com")

    assert user.email == "ada@example.com"
    assert authenticate(RequestFactory().get("/"), email="ADA@example.com", password=PASSWORD) == user


def test_an_email_address_is_taken_in_upper_or_lower_case() -> None:
    UserFactory.create(email="ada@example.com")

    with pytest.raises(IntegrityError):
        UserFactory.create(email="ADA@example.com")


def test_a_user_needs_an_email_address() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_a_user_without_a_password_cannot_sign_in() -> None:
    assert not User.objects.create_user("ada@example.com").has_usable_password()


def test_a_superuser_may_do_everything_in_the_admin() -> None:
    user = User.objects.create_superuser("ada@example.com", PASSWORD)

    assert user.is_staff
    assert user.has_perm("accounts.delete_user")


@pytest.mark.parametrize(("name", "shown"), [("Ada", "Ada"), ("", "ada@example.com")])
def test_a_user_is_called_by_name_or_else_by_email_address(name: str, shown: str) -> None:
    user = UserFactory.build(email="ada@example.com", name=name)

    assert (user.get_full_name(), user.get_short_name(), str(user)) == (shown, shown, "ada@example.com")
