"""The daily digest of new orders."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.utils import timezone

from apps.notifications import services
from apps.notifications.models import Digest, due_day
from apps.orders.choices import OrderStatus
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


def on(day: int, hour: int = 12) -> datetime:
    """Return a moment in November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def send(day: date = TUESDAY) -> list[bool]:
    """Send every recipient the digest of `day`, and return which were sent."""
    user_ids = list(Digest.objects.recipients(day).values_list("pk", flat=True))
    return [services.send_digest(day=day, user_id=user_id) for user_id in user_ids]


def test_tells_each_owner_how_many_new_orders_there_are_by_status() -> None:
    order = OrderFactory.create(created_at=on(23), owner__email="ada@example.com")
    OrderFactory.create(created_at=on(23), owner=order.owner)
    OrderFactory.create(created_at=on(23), owner=order.owner, status=OrderStatus.CONFIRMED)
    OrderFactory.create(created_at=on(24), owner__email="too-late@example.com")

    assert send() == [True]

    (message,) = mail.outbox
    assert message.to == ["ada@example.com"]
    assert "24 November" in message.subject
    assert "Pending: 2\nConfirmed: 1" in message.body


def test_tells_about_an_order_once() -> None:
    OrderFactory.create(created_at=on(23))

    for day in (TUESDAY, TUESDAY, date(2026, 11, 25)):
        send(day)

    assert len(mail.outbox) == 1


def test_does_not_tell_inactive_users() -> None:
    OrderFactory.create(created_at=on(23), owner__is_active=False)

    assert send() == []


@pytest.mark.parametrize(
    ("now", "due"),
    [(on(24, 9), 24), (on(24, 7), 23), (on(22), 20), (on(21), 20)],
    ids=["after eight", "before eight", "on Sunday", "on Saturday"],
)
def test_is_due_at_eight_on_working_days(monkeypatch: pytest.MonkeyPatch, now: datetime, due: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert due_day() == date(2026, 11, due)
