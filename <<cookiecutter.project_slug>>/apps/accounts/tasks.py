"""What workers do for accounts."""

from celery import shared_task

from apps.accounts import services


@shared_task
def clear_expired_sessions() -> None:
    """Delete the sessions whose time is over."""
    services.clear_expired_sessions()
