"""Services of customers and orders: one function, one transaction."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.errors import DomainError, NotFound
from apps.orders import emails, services
from apps.orders.choices import OrderStatus
from apps.orders.models import Order
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


def test_create_order_captures_the_price_of_the_moment(user: User) -> None:
    product = ProductFactory.create(price=Decimal("12.50"))
    customer = CustomerFactory.create(owner=user)
    items = [{"product": product.pk, "quantity": 3}]

    order = services.create_order(owner=user, customer=customer.pk, items=items, shipping_address="1 High Street")

    product.price = Decimal(99)
    product.save()
    item = order.items.get()
    assert (item.unit_price, item.subtotal) == (Decimal("12.50"), Decimal("37.50"))
    assert (order.status, order.item_count, order.total) == (OrderStatus.PENDING, 1, Decimal("37.50"))


def test_create_order_saves_all_or_nothing(user: User) -> None:
    available, sold_out = ProductFactory.create(), ProductFactory.create(available=False)
    items = [{"product": product.pk, "quantity": 1} for product in (available, sold_out)]

    with pytest.raises(DomainError) as caught:
        services.create_order(owner=user, customer=CustomerFactory.create(owner=user).pk, items=items)

    assert (caught.value.code, caught.value.field) == ("products_unavailable", "items")
    assert not Order.objects.exists()


def test_confirm_order_tells_the_customer_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    order = OrderFactory.create(customer__email="ada@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        services.confirm_order(orders=Order.objects.all(), order_id=order.pk)
        assert mail.outbox == []

    (message,) = mail.outbox
    assert message.to == ["ada@example.com"]
    assert str(order.pk) in message.subject


@pytest.mark.parametrize("service", [services.confirm_order, services.cancel_order, services.update_order])
def test_services_find_only_what_is_in_the_queryset(user: User, service: Callable[..., Any]) -> None:
    order = OrderFactory.create()

    with pytest.raises(NotFound):
        service(orders=Order.objects.for_user(user), order_id=order.pk)


def test_ship_order_is_not_for_the_owner_alone(user: User) -> None:
    order = OrderFactory.create(owner=user, status=OrderStatus.CONFIRMED)

    with pytest.raises(PermissionDenied):
        services.ship_order(orders=Order.objects.all(), user=user, order_id=order.pk, tracking_number="T-1")


def test_a_confirmation_is_sent_once() -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED)

    assert emails.send_order_confirmation(order_id=order.pk) == "sent"
    assert emails.send_order_confirmation(order_id=order.pk) == "skipped"
    assert len(mail.outbox) == 1


def test_no_confirmation_is_sent_of_an_order_that_was_cancelled_meanwhile() -> None:
    order = OrderFactory.create(status=OrderStatus.CANCELLED)

    assert emails.send_order_confirmation(order_id=order.pk) == "skipped"
    assert emails.send_order_confirmation(order_id=order.pk + 1) == "not_found"
    assert mail.outbox == []


def test_an_order_whose_confirmation_cannot_be_sent_stays_unmarked() -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED, customer__email="no address\n@example.com")

    with pytest.raises(ValueError, match="may not contain"):
        emails.send_order_confirmation(order_id=order.pk)

    order.refresh_from_db()
    assert order.confirmation_sent_at is None
