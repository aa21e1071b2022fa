"""The digest as the schedule starts it."""

from datetime import UTC, datetime

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.notifications.models import DUE_AT
from apps.notifications.tasks import send_digests
from apps.outbox.models import OutboxTask, State
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_each_user_has_a_task_of_their_own_and_a_second_run_none(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    OrderFactory.create_batch(3, created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))

    for users in (3, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert send_digests.delay(day="2026-11-24").get() == users

    assert len(mail.outbox) == 3
    assert not OutboxTask.objects.exists()


def test_one_refused_recipient_is_one_failed_task_however_often_the_schedule_looks(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    order, *_ = OrderFactory.create_batch(3, created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    usual = EmailMessage.send

    def refuse(message: EmailMessage) -> int:
        if message.to == [order.owner.email]:
            raise RuntimeError("the provider refuses")
        return usual(message)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    for users in (3, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert send_digests.delay(day="2026-11-24").get() == users

    assert len(mail.outbox) == 2
    assert OutboxTask.objects.get().state == State.FAILED


def test_sends_the_digest_that_is_due_by_default(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    OrderFactory.create(created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))

    with django_capture_on_commit_callbacks(execute=True):
        send_digests.delay()

    assert mail.outbox[0].subject == "Your orders, Tuesday 24 November"


def test_the_schedule_starts_it_when_it_is_due() -> None:
    entry, _ = [found for found in current_app.conf.beat_schedule.values() if found["task"] == send_digests.name]

    assert (entry["schedule"].hour, entry["schedule"].minute) == ({DUE_AT.hour}, {DUE_AT.minute})
    assert entry["schedule"].day_of_week == {1, 2, 3, 4, 5}
