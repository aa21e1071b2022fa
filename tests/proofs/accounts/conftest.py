"""Fixtures for the tests of signing in."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD
from proofs.contract.apis import ROOTS


@pytest.fixture(params=ROOTS)
def api(request: pytest.FixtureRequest) -> str:
    """The root of each mounted API."""
    return str(request.param)


@pytest.fixture
def user(db: None) -> User:
    """A user with a verified address."""
    user = User.objects.create_user("ada@example.com", PASSWORD, name="Ada")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def browser() -> Client:
    """A browser: cookies, CSRF enforced."""
    return Client(enforce_csrf_checks=True)
