"""Celery tasks for orders."""

from celery import shared_task

from apps.orders import emails


@shared_task
def send_order_confirmation(*, order_id: int) -> str:
    """Send the confirmation of an order. Returns `sent`, `skipped` or `not_found`."""
    return emails.send_order_confirmation(order_id=order_id)
