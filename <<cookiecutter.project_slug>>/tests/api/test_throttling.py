"""Throttles of the API: by user, and by IP address without authentication."""

from collections import Counter
from unittest.mock import Mock

import pytest
from django.conf import settings

from apps.api import throttling
from tests.client import ROOTS, ApiClient
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _two_requests_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every count begin two below the limit, and the clock stand still."""
    counts: Counter[str] = Counter()

    def incr(key: str) -> int:
        counts[key] += 1
        rate = settings.THROTTLE_RATES["user" if "user" in key else "anon"]
        return int(rate.partition("/")[0]) - 2 + counts[key]

    monkeypatch.setattr(throttling, "cache", Mock(incr=incr))
    monkeypatch.setattr(throttling, "time", Mock(time=Mock(return_value=0.0)))


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
