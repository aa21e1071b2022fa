"""The confirmation e-mail: to whom, when, and how often."""

import logging
from smtplib import SMTPException

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.emails import send_order_confirmation
from apps.orders.models import Order
from tests.orders.factories import OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db


def confirmed() -> Order:
    return OrderFactory.create(status=OrderStatus.CONFIRMED, customer__name="Ada", customer__email="ada@example.com")


def test_it_is_sent_once_the_order_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    order = OrderFactory.create(customer__email="ada@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        services.confirm_order(orders=Order.objects.all(), order_id=order.pk)
        assert mail.outbox == []

    (message,) = mail.outbox
    assert message.to == ["ada@example.com"]
    assert str(order.pk) in message.subject
    order.refresh_from_db()
    assert order.confirmation_sent_at is not None


def test_it_is_not_sent_when_confirming_is_rolled_back(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    order = OrderItemFactory.create(order__status=OrderStatus.CANCELLED).order

    with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(Exception, match="Only pending"):
        services.confirm_order(orders=Order.objects.all(), order_id=order.pk)

    assert callbacks == []
    assert mail.outbox == []


def test_it_names_the_customer_and_always_has_the_same_message_id() -> None:
    order = confirmed()

    assert send_order_confirmation(order_id=order.pk) == "sent"

    (message,) = mail.outbox
    assert "Dear Ada" in message.body
    assert message.message()["Message-ID"] == f"<order-{order.pk}-confirmation@{settings.DOMAIN_NAME}>"


def test_it_is_sent_once() -> None:
    order = confirmed()

    assert [send_order_confirmation(order_id=order.pk) for _ in range(3)] == ["sent", "skipped", "skipped"]

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (OrderStatus.PENDING, "skipped"),
        (OrderStatus.CONFIRMED, "sent"),
        (OrderStatus.SHIPPED, "sent"),
        (OrderStatus.CANCELLED, "skipped"),
    ],
)
def test_it_is_sent_only_while_the_order_is_confirmed(status: str, result: str) -> None:
    order = OrderFactory.create(status=status, tracking_number="T-1")

    assert send_order_confirmation(order_id=order.pk) == result
    assert len(mail.outbox) == (result == "sent")


def test_an_order_that_does_not_exist_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert send_order_confirmation(order_id=404) == "not_found"

    assert "order 404 does not exist" in caplog.text
    assert mail.outbox == []


def test_it_can_be_sent_later_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    order = confirmed()

    def fail(message: EmailMessage) -> None:
        raise SMTPException

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", fail)
        with pytest.raises(SMTPException):
            send_order_confirmation(order_id=order.pk)
    order.refresh_from_db()
    assert order.confirmation_sent_at is None

    assert send_order_confirmation(order_id=order.pk) == "sent"


def test_a_process_killed_after_sending_leaves_a_second_with_the_same_message_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = confirmed()
    usual = EmailMessage.send

    def send_and_die(message: EmailMessage) -> None:
        usual(message)
        raise KeyboardInterrupt  # nothing that follows runs, the commit least of all

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", send_and_die)
        with pytest.raises(KeyboardInterrupt):
            send_order_confirmation(order_id=order.pk)

    assert [send_order_confirmation(order_id=order.pk) for _ in range(2)] == ["sent", "skipped"]
    assert len(mail.outbox) == 2
    assert len({message.message()["Message-ID"] for message in mail.outbox}) == 1


def test_an_error_leaves_the_order_confirmed(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    order = OrderFactory.create()

    def fail(message: EmailMessage) -> None:
        raise SMTPException("mail server is away")

    monkeypatch.setattr(EmailMessage, "send", fail)
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        services.confirm_order(orders=Order.objects.all(), order_id=order.pk)

    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert "mail server is away" in caplog.text
