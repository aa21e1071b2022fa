"""Celery tasks for the digest."""

from datetime import date

from celery import shared_task

from apps.notifications import services
from apps.notifications.models import Digest, due_day
from apps.outbox.base import BaseTask
from apps.outbox.services import enqueue


@shared_task(base=BaseTask, queue_name="notifications", soft_time_limit=110, time_limit=120)
def send_digests(*, day: str = "") -> int:
    """Enqueue the digest of `day` (ISO 8601, default: the one that is due), and return for how many users."""
    chosen = date.fromisoformat(day) if day else due_day()
    user_ids = list(Digest.objects.recipients(chosen).values_list("pk", flat=True))
    for user_id in user_ids:
        enqueue(send_digest, day=chosen.isoformat(), user_id=user_id)
    return len(user_ids)


@shared_task(base=BaseTask, queue_name="notifications", soft_time_limit=20, time_limit=30)
def send_digest(*, day: str, user_id: int) -> bool:
    """Send a user the digest of `day`, unless they have received it."""
    return services.send_digest(day=date.fromisoformat(day), user_id=user_id)
