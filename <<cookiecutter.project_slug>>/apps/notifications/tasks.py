"""Celery tasks for the digest."""

from datetime import date

from celery import shared_task
from kombu.utils.json import dumps

from apps.notifications import services
from apps.notifications.models import Digest, due_day
from apps.outbox.base import BaseTask
from apps.outbox.models import OutboxTask
from apps.outbox.services import enqueue


@shared_task(base=BaseTask, queue_name="notifications", soft_time_limit=110, time_limit=120)
def send_digests(*, day: str = "") -> int:
    """Enqueue the digest of `day` (ISO 8601, default: the one that is due), and return for how many users.

    Those whose digest is in the outbox, queued or failed, are left out.
    """
    chosen = date.fromisoformat(day) if day else due_day()
    unfinished = set(OutboxTask.objects.filter(name=send_digest.name).values_list("kwargs", flat=True))
    digests = [
        {"day": chosen.isoformat(), "user_id": pk}
        for pk in Digest.objects.recipients(chosen).values_list("pk", flat=True)
    ]
    missing = [digest for digest in digests if dumps(digest) not in unfinished]
    for digest in missing:
        enqueue(send_digest, **digest)
    return len(missing)


@shared_task(base=BaseTask, queue_name="notifications", soft_time_limit=20, time_limit=30)
def send_digest(*, day: str, user_id: int) -> bool:
    """Send a user the digest of `day`, unless they have received it."""
    return services.send_digest(day=date.fromisoformat(day), user_id=user_id)
