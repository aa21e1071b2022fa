"""Who was told what: here, the digest of the orders of late, on working days."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.accounts.models import User
from apps.orders.models import Order, OrderQuerySet

SATURDAY = 5


def orders_of(day: date) -> OrderQuerySet:
    """The orders that the digest of `day` is about: those made since the working day before it began."""
    start = day - timedelta(days=1)
    while start.weekday() >= SATURDAY:
        start -= timedelta(days=1)
    begin, end = (timezone.make_aware(datetime.combine(moment, time.min)) for moment in (start, day))
    return Order.objects.filter(created_at__gte=begin, created_at__lt=end)


class DigestQuerySet(models.QuerySet["Digest"]):
    """Every read of digests."""

    def recipients(self, day: date) -> models.QuerySet[User]:
        """Those who look after an order that the digest of `day` is about, and have not got it."""
        orders = orders_of(day).filter(owner=OuterRef("pk")).order_by()
        sent = self.filter(user=OuterRef("pk"), day=day)
        return User.objects.filter(Exists(orders), ~Exists(sent), is_active=True).order_by("pk")


class Digest(models.Model):
    """That a user got the digest of a day."""

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
