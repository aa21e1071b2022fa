"""Throttles of the API: by user, and by IP address without authentication."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.cache import cache

from apps.api import throttling
from tests.client import ROOTS, ApiClient
from tests.factories import UserFactory

LIMITS = {scope: int(rate.partition("/")[0]) for scope, rate in settings.THROTTLE_RATES.items()}


@pytest.fixture(autouse=True)
def _two_requests_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every count begin two below the limit."""

    class Cache:
        incr = staticmethod(cache.incr)

        @staticmethod
        def add(key: str, value: int, **options: Any) -> bool:
            limit = LIMITS["user" if "user" in key else "anon"]
            return cache.add(key, limit - 2, **options)

    monkeypatch.setattr(throttling, "cache", Cache)
    monkeypatch.setattr(throttling, "time", Mock(time=Mock(return_value=0.0)))  # the minute does not turn


def test_counts_each_user_alone_and_over_all_apis(db: None) -> None:
    first, second = UserFactory.create_batch(2)

    statuses = [ApiClient(root, first).get("users/me/").status_code for root in ROOTS * 3][:3]

    assert statuses == [200, 200, 429]
    assert ApiClient(ROOTS[0], second).get("users/me/").status_code == 200


def test_counts_failed_authentication_by_address(db: None, root: str) -> None:
    headers = {"Authorization": "Bearer guess"}

    statuses = [ApiClient(root).get("users/me/", headers=headers).status_code for _ in range(3)]

    assert statuses == [401, 401, 429]
    assert ApiClient(root).get("users/me/", REMOTE_ADDR="192.0.2.7").status_code == 401
