"""Sending the digest."""

import logging
from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Count

from apps.accounts.models import User
from apps.notifications.models import Digest
from apps.orders.choices import OrderStatus
from apps.pages.branding import branded

logger = logging.getLogger(__name__)


@transaction.atomic
def send_digest(*, day: date, user_id: int) -> bool:
    """Send a user the digest of `day`, and return whether there was one to send.

    It is marked first, as apps.orders.emails.send_order_confirmation does.
    """
    counts = dict(Digest.objects.orders(day).filter(owner=user_id).values_list("status").annotate(Count("pk")))
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not counts or not Digest.objects.get_or_create(user=user, day=day)[1]:
        return False
    lines = "\n".join(f"{label}: {counts[status]}" for status, label in OrderStatus.choices if status in counts)
    message = EmailMultiAlternatives(
        subject=f"Your orders, {day:%A %-d %B}",
        body=f"Dear {user.get_short_name()},\n\nyour new orders:\n\n{lines}\n\n{settings.PROJECT_NAME}\n",
        to=[user.email],
        headers={"Message-ID": f"<digest-{day}-{user.pk}@{settings.DOMAIN_NAME}>"},
    )
    branded(message).send()  # audit: ignore[TRX003] an error is to roll the mark back
    return True


def send_digests(*, day: date) -> tuple[int, int]:
    """Send every recipient the digest of `day`, and return how many were sent and how many failed."""
    sent = failed = 0
    for user_id in Digest.objects.recipients(day).values_list("pk", flat=True):
        try:
            sent += send_digest(day=day, user_id=user_id)
        except Exception:
            logger.exception("The digest of %s could not be sent to user %s", day, user_id)
            failed += 1
    return sent, failed
