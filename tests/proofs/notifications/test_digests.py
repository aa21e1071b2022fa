"""The digest of the orders of late: who gets it, what it says, and that nobody gets it twice."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from apps.notifications import services
from apps.notifications.models import Digest
from apps.orders.choices import OrderStatus
from tests.factories import UserFactory
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def send(day: date = TUESDAY) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("send_daily_digests", f"--day={day}", stdout=output)
    return output.getvalue()


def recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_everybody_with_new_orders_is_told_of_their_own() -> None:
    ada, bob = UserFactory.create(name="Ada", email="ada@example.com"), UserFactory.create(email="bob@example.com")
    OrderFactory.create_batch(2, owner=ada, created_at=noon(MONDAY))
    OrderFactory.create(owner=ada, created_at=noon(MONDAY), status=OrderStatus.CONFIRMED)
    OrderFactory.create(owner=bob, created_at=noon(MONDAY))
    UserFactory.create()

    assert send() == "2 digests sent.\n"

    assert recipients() == ["ada@example.com", "bob@example.com"]
    (to_ada,) = [message for message in mail.outbox if message.to == ["ada@example.com"]]
    assert to_ada.subject == "Your orders, Tuesday 24 November"
    assert "Dear Ada" in to_ada.body
    assert "Pending: 2\nConfirmed: 1\n" in to_ada.body
    assert "Shipped" not in to_ada.body


@pytest.mark.parametrize(
    ("day", "told"),
    [(TUESDAY, ["mon@example.com"]), (MONDAY, ["fri@example.com", "sat@example.com", "sun@example.com"])],
)
def test_it_is_about_the_days_since_the_last_working_day(day: date, told: list[str]) -> None:
    for offset, name in enumerate(["thu", "fri", "sat", "sun", "mon", "tue"], start=-4):
        OrderFactory.create(owner__email=f"{name}@example.com", created_at=noon(MONDAY + timedelta(days=offset)))

    send(day)

    assert recipients() == told


def test_a_day_is_one_of_the_projects_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    auckland = ZoneInfo("Pacific/Auckland")
    OrderFactory.create(owner__email="in@example.com", created_at=datetime(2026, 11, 23, 0, 0, tzinfo=auckland))
    OrderFactory.create(owner__email="out@example.com", created_at=datetime(2026, 11, 24, 0, 0, tzinfo=auckland))

    send()

    assert recipients() == ["in@example.com"]


def test_nobody_is_told_twice() -> None:
    OrderFactory.create(created_at=noon(MONDAY))

    assert [send(), send()] == ["1 digests sent.\n", "0 digests sent.\n"]
    assert len(mail.outbox) == 1


def test_somebody_who_was_told_meanwhile_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    order = OrderFactory.create(created_at=noon(MONDAY))
    due = list(Digest.objects.recipients(TUESDAY))
    Digest.objects.create(user=order.owner, day=TUESDAY)
    monkeypatch.setattr(type(Digest.objects.all()), "recipients", lambda digests, day: FoundBefore(due))

    assert services.send_digests(day=TUESDAY, user_ids=[order.owner.pk]) == 0
    assert mail.outbox == []


class FoundBefore(list[Any]):
    """The users that a query found, whatever has happened since."""

    def filter(self, **lookups: Any) -> "FoundBefore":
        return self


def test_a_mail_that_cannot_be_sent_holds_up_no_other_and_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["ada", "bob", "cyd"]:
        OrderFactory.create(owner__email=f"{name}@example.com", created_at=noon(MONDAY))
    usual = EmailMessage.send

    def refuse_bob(message: EmailMessage) -> int:
        if message.to == ["bob@example.com"]:
            raise ConnectionRefusedError
        return usual(message)

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse_bob)
        with pytest.raises(CommandError, match="1 of 3 digests of 2026-11-24 could not be sent"):
            send()
    assert recipients() == ["ada@example.com", "cyd@example.com"]

    assert send() == "1 digests sent.\n"
    assert recipients() == ["ada@example.com", "bob@example.com", "cyd@example.com"]


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
def test_the_number_of_queries_grows_by_one_write_for_each_mail(
    users: int, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(services, "CHUNK_SIZE", 10)
    OrderFactory.create_batch(users, created_at=noon(MONDAY))
    (user_ids,) = services.digest_chunks(day=TUESDAY)

    with django_assert_num_queries(2 + 5 * users):  # four of the five are the savepoints of two transactions
        services.send_digests(day=TUESDAY, user_ids=user_ids)


def test_any_number_of_users_is_told_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK_SIZE", 2)
    OrderFactory.create_batch(5, created_at=noon(MONDAY))

    assert [len(chunk) for chunk in services.digest_chunks(day=TUESDAY)] == [2, 2, 1]
    assert send() == "5 digests sent.\n"
