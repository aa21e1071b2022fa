"""What workers do for the plumbing."""

from celery import shared_task

from apps.idempotency import services as idempotency


@shared_task
def clear_expired_idempotency_keys() -> int:
    """Delete the idempotency keys whose time is over; answers how many there were."""
    return idempotency.delete_expired_keys()
