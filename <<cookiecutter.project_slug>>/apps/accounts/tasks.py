"""What workers do for accounts."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_expired_sessions() -> None:
    """Delete the sessions whose time is over."""
    call_command("clearsessions")
