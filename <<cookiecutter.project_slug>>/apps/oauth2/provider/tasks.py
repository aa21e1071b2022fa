"""Celery tasks for the OAuth2 provider."""

from celery import shared_task
from django.core.management import call_command

from apps.outbox.base import BaseTask


@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=110, time_limit=120)
def clear_expired_tokens() -> None:
    """Delete expired codes and tokens."""
    call_command("cleartokens")
