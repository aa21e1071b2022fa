"""Sending the digest."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Count

from apps.accounts.models import User
from apps.notifications.models import Digest
from apps.orders.choices import OrderStatus
from apps.pages.branding import branded


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
