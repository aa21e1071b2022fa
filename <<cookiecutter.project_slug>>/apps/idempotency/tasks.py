"""Celery tasks for idempotency keys."""

from celery import shared_task

from apps.idempotency import services as idempotency


@shared_task
def clear_expired_idempotency_keys() -> int:
    """Delete expired idempotency keys and return their number."""
    return idempotency.delete_expired_keys()
