"""The digest of new orders, on working days: which orders it is about, and who has received it."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.accounts.models import User
from apps.orders.models import Order

# The time of day at which it is sent.
DUE_AT = time(8)
# Older orders are not in a digest, even if no earlier one had them.
NEWS = timedelta(days=7)
SATURDAY = 5


def due_day() -> date:
    """Return the last working day whose digest is due. A run may be late."""
    now = timezone.localtime()
    day = now.date() if now.time() >= DUE_AT else now.date() - timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


class DigestQuerySet(models.QuerySet["Digest"]):
    def orders(self, day: date) -> QuerySet[Order]:
        """Return the orders made before `day` that were in no digest of their owners."""
        start, end = (timezone.make_aware(datetime.combine(moment, time.min)) for moment in (day - NEWS, day))
        orders = Order.objects.filter(created_at__gte=start, created_at__lt=end)
        told = self.filter(user=OuterRef("owner"), day__gt=OuterRef("made_on"))
        return orders.annotate(made_on=TruncDate("created_at")).filter(~Exists(told)).order_by()

    def recipients(self, day: date) -> QuerySet[User]:
        """Return the users with such orders."""
        return User.objects.filter(Exists(self.orders(day).filter(owner=OuterRef("pk"))), is_active=True).order_by("pk")


class Digest(models.Model):
    """A digest that a user received, of their orders made before that day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="digests",
        db_index=False,  # digest_once begins with it
    )
    day = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DigestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.day} to {self.user_id}"
