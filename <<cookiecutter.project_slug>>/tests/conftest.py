"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from apps.accounts.models import User
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles and cached answers of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture
def user(db: None) -> User:
    """Somebody without special permissions."""
    return UserFactory.create()


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who works here."""
    return UserFactory.create(is_staff=True)
