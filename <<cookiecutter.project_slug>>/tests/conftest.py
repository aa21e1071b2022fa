"""Fixtures for every test."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from apps.accounts.models import User
from tests.client import ROOTS, ApiClient
from tests.factories import UserFactory


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported: in a run of one file it takes a tenth of the time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles and cached answers of one test do not reach the next."""
    yield
    cache.clear()


# % if cookiecutter.use_celery
@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run in this process: Celery itself reads this variable, past the settings."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)


# % endif
@pytest.fixture
def user(db: None) -> User:
    """A user without special permissions."""
    return UserFactory.create()


@pytest.fixture
def staff(db: None) -> User:
    """A user who may sign in to the admin, but has no permission there."""
    return UserFactory.create(is_staff=True)


@pytest.fixture(params=ROOTS)
def root(request: pytest.FixtureRequest) -> str:
    """The root of an API: tests that use it run for each."""
    return str(request.param)


@pytest.fixture
def api(root: str, user: User) -> ApiClient:
    """The API client of `user`."""
    return ApiClient(root, user)
