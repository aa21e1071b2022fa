"""E-mails to customers."""

import logging
from typing import Literal

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apps.orders.choices import OrderStatus
from apps.orders.models import Order

logger = logging.getLogger(__name__)


@transaction.atomic
def send_order_confirmation(*, order_id: int) -> Literal["sent", "skipped", "not_found"]:
    """Send the confirmation of an order, unless it was sent before or the order has been cancelled.

    The order is marked first, by an update that only one of several callers can win; if sending fails, the mark is
    rolled back. A process killed after sending and before the commit sends the e-mail again later, with the same
    Message-ID, by which mail servers and readers recognise a duplicate.
    """
    unsent = Order.objects.filter(pk=order_id, confirmation_sent_at=None).exclude(status=OrderStatus.CANCELLED)
    if not unsent.update(confirmation_sent_at=timezone.now()):
        if Order.objects.filter(pk=order_id).exists():
            return "skipped"
        logger.warning("No confirmation sent: order %s does not exist", order_id)
        return "not_found"
    order = Order.objects.select_related("customer").get(pk=order_id)
    EmailMessage(
        subject=f"Your order {order.pk} is confirmed",
        body=f"Dear {order.customer.name},\n\nwe have confirmed your order {order.pk}.\n\n{settings.PROJECT_NAME}\n",
        to=[order.customer.email],
        headers={"Message-ID": f"<order-{order.pk}-confirmation@{settings.DOMAIN_NAME}>"},
    ).send()
    return "sent"
