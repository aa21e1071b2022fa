"""Celery tasks for orders."""

from celery import shared_task

from apps.orders import emails
from apps.outbox.base import BaseTask


@shared_task(base=BaseTask, queue_name="notifications", soft_time_limit=20, time_limit=30)
def send_order_confirmation(*, order_id: int) -> str:
    """Send the confirmation of an order; return "sent", "skipped" or "not_found"."""
    return emails.send_order_confirmation(order_id=order_id)
