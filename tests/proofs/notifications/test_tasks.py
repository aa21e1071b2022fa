"""The digest as workers send it."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.utils import timezone

from apps.notifications import services
from apps.notifications.tasks import send_daily_digests
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_the_clock_starts_a_task_for_each_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK_SIZE", 2)
    OrderFactory.create_batch(3, created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))

    for _ in range(2):  # a second run finds nothing to do
        send_daily_digests.delay(day="2026-11-24")

    assert len(mail.outbox) == 3


def test_it_is_todays_digest_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 24))
    OrderFactory.create(created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))

    send_daily_digests.delay()

    assert len(mail.outbox) == 1
