"""Throttles of the API: by user, and by address for those who are not authenticated."""

import pytest
from pytest_django.fixtures import Settings

from tests.client import ROOTS, ApiClient
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _two_a_day(settings: Settings) -> None:
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "2/day")


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
