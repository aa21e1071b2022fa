"""What workers do for customers and orders. Each may run twice: the services see to that."""

from celery import shared_task

from apps.orders import services


@shared_task
def send_order_confirmation(*, order_id: int) -> str:
    """Tell a customer that their order is accepted; answers `sent`, `skipped` or `not_found`."""
    return services.send_order_confirmation(order_id=order_id)


@shared_task
def send_missing_confirmations() -> int:
    """Begin anew each confirmation that got lost on its way; answers how many."""
    return services.send_missing_confirmations()
