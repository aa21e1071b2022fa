"""What is told to whom."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.notifications.models import Digest, orders_of
from apps.orders.choices import OrderStatus

logger = logging.getLogger(__name__)

# So many users are told in one go.
CHUNK_SIZE = 200


class DigestsFailed(RuntimeError):  # noqa: N818 - named for what happened
    """Some of the mails could not be sent. Doing the same again sends only those."""


def digest_chunks(*, day: date) -> Iterator[list[int]]:
    """Yield the ids of those who should get the digest of `day` and have not, so many at a time. A query for each."""
    recipients, after = Digest.objects.recipients(day), 0
    while user_ids := list(recipients.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK_SIZE]):
        yield user_ids
        after = user_ids[-1]


def send_digests(*, day: date, user_ids: Iterable[int]) -> int:
    """Send these users the digest of `day`, unless they have it, and return how many mails that were.

    Two queries, and one for each mail, which is a transaction of its own: whoever was told before this is killed, or
    before a mail cannot be sent, stays told.

    Raises:
        DigestsFailed: after all others were sent.
    """
    users = list(Digest.objects.recipients(day).filter(pk__in=user_ids))
    counts = orders_of(day).counts_by_owner([user.pk for user in users])
    sent, failed = 0, 0
    for user in users:
        try:
            sent += _send_digest(user, day, counts[user.pk])
        except OSError:  # smtplib's errors are some, too
            logger.exception("The digest of %s could not be sent to user %s", day, user.pk)
            failed += 1
    if failed:
        raise DigestsFailed(f"{failed} of {failed + sent} digests of {day} could not be sent.")
    return sent


@transaction.atomic
def _send_digest(user: User, day: date, counts: Mapping[str, int]) -> bool:
    """Send one, marked first, as `apps.orders.services.send_order_confirmation` does; return whether it was due."""
    try:
        with transaction.atomic():
            Digest.objects.create(user=user, day=day)
    except IntegrityError:  # somebody else was quicker
        return False
    lines = [f"{label}: {counts[status]}" for status, label in OrderStatus.choices if status in counts]
    EmailMessage(
        subject=f"Your orders, {day:%A %-d %B}",
        body="\n".join(
            [f"Dear {user.get_short_name()},\n\nyour new orders:\n", *lines, f"\n{settings.PROJECT_NAME}\n"]
        ),
        to=[user.email],
        headers={"Message-ID": f"<digest-{day}-{user.pk}@{settings.DOMAIN_NAME}>"},
    ).send()
    return True
