"""What workers do to tell people things. Each may run twice: the services see to that."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from apps.notifications import services


@shared_task
def send_daily_digests(*, day: str = "") -> None:
    """Begin the digest of `day` (ISO 8601; today unless given): a task for each chunk of those who get it."""
    chosen = date.fromisoformat(day) if day else timezone.localdate()
    for user_ids in services.digest_chunks(day=chosen):
        send_digests.delay(day=chosen.isoformat(), user_ids=user_ids)


@shared_task
def send_digests(*, day: str, user_ids: list[int]) -> int:
    """Send these users the digest of `day`; answers how many mails that were."""
    return services.send_digests(day=date.fromisoformat(day), user_ids=user_ids)
