"""The digest of new orders: who receives it, what it contains, and that each user gets it once."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.template import TemplateSyntaxError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.notifications import services
from apps.notifications.models import DUE_AT, Digest, due_day
from apps.orders.choices import OrderStatus
from apps.orders.models import Order
from tests.factories import UserFactory
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (20, 23, 24, 25))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def send(day: date = TUESDAY) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("send_digests", f"--day={day}", stdout=output)
    return output.getvalue()


def recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_users_are_notified_of_their_own_new_orders() -> None:
    ada, bob = UserFactory.create(name="Ada", email="ada@example.com"), UserFactory.create(email="bob@example.com")
    OrderFactory.create_batch(2, owner=ada, created_at=noon(MONDAY))
    OrderFactory.create(owner=ada, created_at=noon(MONDAY), status=OrderStatus.CONFIRMED)
    OrderFactory.create(owner=bob, created_at=noon(MONDAY))
    OrderFactory.create(owner=UserFactory.create(is_active=False), created_at=noon(MONDAY))
    UserFactory.create()

    assert send() == "2 digests sent.\n"

    assert recipients() == ["ada@example.com", "bob@example.com"]
    (to_ada,) = [message for message in mail.outbox if message.to == ["ada@example.com"]]
    assert to_ada.subject == "Your orders, Tuesday 24 November"
    assert "Dear Ada" in to_ada.body
    assert "Pending: 2\nConfirmed: 1\n" in to_ada.body
    assert "Shipped" not in to_ada.body


def test_it_is_about_orders_made_before_the_day() -> None:
    for day in (MONDAY, TUESDAY):
        OrderFactory.create(owner__email=f"{day:%a}@example.com", created_at=noon(day))

    send(TUESDAY)

    assert recipients() == ["mon@example.com"]


def test_every_order_is_in_one_digest_even_if_a_morning_is_missed() -> None:
    ada = UserFactory.create()

    def told(day: date) -> int:
        """Return how many orders the digest of that day tells about."""
        mail.outbox.clear()
        send(day)
        return sum(int(message.body.partition("Pending: ")[2].partition("\n")[0]) for message in mail.outbox)

    for offset in range(8):  # from Thursday to Thursday, one each
        OrderFactory.create(owner=ada, created_at=noon(FRIDAY + timedelta(days=offset - 1)))

    assert told(FRIDAY) == 1
    assert told(MONDAY) == 3
    assert told(WEDNESDAY) == 2  # nothing ran on Tuesday
    assert told(WEDNESDAY) == 0
    assert told(TUESDAY) == 0  # nor does it help to run it now


def test_what_is_older_than_a_week_is_no_news() -> None:
    OrderFactory.create(created_at=noon(TUESDAY - timedelta(days=8)))

    assert send() == "0 digests sent.\n"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 24, 8, tzinfo=UTC), TUESDAY),
        (datetime(2026, 11, 24, 23, tzinfo=UTC), TUESDAY),
        (datetime(2026, 11, 25, 7, 59, tzinfo=UTC), TUESDAY),
        (datetime(2026, 11, 23, 7, tzinfo=UTC), FRIDAY),
        (datetime(2026, 11, 21, 12, tzinfo=UTC), FRIDAY),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), FRIDAY),
    ],
)
def test_a_late_run_sends_the_digest_that_was_due(monkeypatch: pytest.MonkeyPatch, now: datetime, day: date) -> None:
    at(monkeypatch, now)

    assert due_day() == day


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26)])  # the Mondays after the clocks changed
def test_it_is_due_at_eight_by_the_clock_on_the_wall(settings: Any, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    eight = datetime.combine(day, DUE_AT, tzinfo=ZoneInfo("Europe/Berlin"))

    for moment, due in [(eight, day), (eight - timedelta(minutes=1), day - timedelta(days=3))]:
        at(monkeypatch, moment)
        assert due_day() == due


def test_a_day_is_one_of_the_projects_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    auckland = ZoneInfo("Pacific/Auckland")
    OrderFactory.create(owner__email="in@example.com", created_at=datetime(2026, 11, 23, 23, 59, tzinfo=auckland))
    OrderFactory.create(owner__email="out@example.com", created_at=datetime(2026, 11, 24, 0, 0, tzinfo=auckland))

    send()

    assert recipients() == ["in@example.com"]


def test_a_user_notified_in_the_meantime_is_left_out() -> None:
    order = OrderFactory.create(created_at=noon(MONDAY))
    Digest.objects.create(user=order.owner, day=TUESDAY)

    assert not services.send_digest(day=TUESDAY, user_id=order.owner.pk)
    assert not services.send_digest(day=TUESDAY, user_id=404)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        RuntimeError("a provider's own"),
        UnicodeEncodeError("ascii", "\ud800", 0, 1, "surrogates"),
        SMTPRecipientsRefused({"bob@example.com": (550, b"no such user")}),
        SMTPServerDisconnected("Connection unexpectedly closed"),
        ValueError("Header values may not contain a newline"),
        TemplateSyntaxError("Invalid block tag"),
        User.DoesNotExist("deleted meanwhile"),
        IntegrityError("FOREIGN KEY constraint failed"),
        ExceptionGroup("several", [TimeoutError()]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_mail_that_cannot_be_sent_holds_up_no_other_and_is_sent_later(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for name in ["ada", "bob", "cyd"]:
        OrderFactory.create(owner__email=f"{name}@example.com", created_at=noon(MONDAY))
    usual = EmailMessage.send

    def refuse_bob(message: EmailMessage) -> int:
        if message.to == ["bob@example.com"]:
            raise error
        return usual(message)

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse_bob)
        with pytest.raises(CommandError, match="1 digests could not be sent"):
            send()
    assert recipients() == ["ada@example.com", "cyd@example.com"]

    assert send() == "1 digests sent.\n"
    assert recipients() == ["ada@example.com", "bob@example.com", "cyd@example.com"]


def test_a_user_deleted_in_the_meantime_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["ada", "bob", "cyd"]:
        OrderFactory.create(owner__email=f"{name}@example.com", created_at=noon(MONDAY))
    usual = services.send_digest

    def delete_bob(*, day: date, user_id: int) -> bool:
        Order.objects.filter(owner__email="bob@example.com").delete()
        User.objects.filter(email="bob@example.com").delete()
        return usual(day=day, user_id=user_id)

    monkeypatch.setattr(services, "send_digest", delete_bob)

    assert send() == "2 digests sent.\n"
    assert recipients() == ["ada@example.com", "cyd@example.com"]


def test_a_run_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    OrderFactory.create_batch(3, created_at=noon(MONDAY))
    usual = EmailMessage.send

    def die_at_the_second(message: EmailMessage) -> int:
        if mail.outbox:
            raise KeyboardInterrupt
        return usual(message)

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            send()

    assert send() == "2 digests sent.\n"
    assert len({message.message()["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == 3


@pytest.mark.parametrize("users", [2, 5])
def test_each_mail_costs_four_queries(users: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    OrderFactory.create_batch(users, created_at=noon(MONDAY))

    with django_assert_num_queries(1 + users * (4 + 4)):  # four are the savepoints of two transactions
        send()
