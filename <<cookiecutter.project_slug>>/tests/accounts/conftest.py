"""Fixtures for the tests of accounts."""

import pytest
from allauth.account.models import EmailAddress

from apps.accounts.models import User


@pytest.fixture
def verified_user(user: User) -> User:
    """A user whose e-mail address is verified."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
