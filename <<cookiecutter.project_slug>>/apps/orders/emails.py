"""E-mails to customers."""

import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from apps.orders.choices import OrderStatus
from apps.orders.models import Order
from apps.pages.branding import branded

logger = logging.getLogger(__name__)


@transaction.atomic
def send_order_confirmation(*, order_id: int) -> str:
    """Send the confirmation of an order, unless it was sent or the order is not confirmed (any more).

    The order is marked first, by an update that one of several callers wins; an error rolls it back. A process killed
    between sending and commit leaves the order unmarked: the second e-mail has the same Message-ID as the first.

    Returns:
        "sent", "skipped" or "not_found".
    """
    orders = Order.objects.filter(pk=order_id)
    accepted = orders.filter(status__in=[OrderStatus.CONFIRMED, OrderStatus.SHIPPED], confirmation_sent_at=None)
    if not accepted.update(confirmation_sent_at=timezone.now()):
        if orders.exists():
            return "skipped"
        logger.warning("No confirmation sent: order %s does not exist", order_id)
        return "not_found"
    order = orders.select_related("customer").get()
    message = EmailMultiAlternatives(
        subject=f"Your order {order.pk} is confirmed",
        body=f"Dear {order.customer.name},\n\nwe have confirmed your order {order.pk}.\n\n{settings.PROJECT_NAME}\n",
        to=[order.customer.email],
        headers={"Message-ID": f"<order-{order.pk}-confirmation@{settings.DOMAIN_NAME}>"},
    )
    branded(message).send()  # audit: ignore[TRX003] an error is to roll the mark back
    return "sent"
