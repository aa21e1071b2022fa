"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from apps.accounts.models import User
from proofs.caching import COMMANDS, CacheServer, stopped_server
from tests.factories import UserFactory


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "query_budget(number): how many queries each request of the test may run")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles and cached answers of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture(params=COMMANDS)
def cache_server(request: pytest.FixtureRequest) -> CacheServer:
    """A cache server of each kind that the project knows, not running yet."""
    return stopped_server(request.param)


@pytest.fixture
def user(db: None) -> User:
    """Somebody without special permissions."""
    return UserFactory.create()


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who works here."""
    return UserFactory.create(is_staff=True)
