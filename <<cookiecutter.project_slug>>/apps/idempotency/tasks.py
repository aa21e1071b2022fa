"""Celery tasks for idempotency keys."""

from celery import shared_task

from apps.idempotency import services
from apps.outbox.base import BaseTask


@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=110, time_limit=120)
def clear_expired_idempotency_keys() -> int:
    """Delete expired idempotency keys, and return how many."""
    return services.delete_expired_keys()
