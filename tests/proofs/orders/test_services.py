"""The rules of the shop, whoever calls: the API, the admin or a task."""

import logging
from io import StringIO
from smtplib import SMTPException
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.api.errors import ApiError, Conflict, NotFound, PermissionDenied, ValidationFailed
from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from apps.orders.services import Delivery, NewItem
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db


def item(product_id: int, quantity: int = 1) -> NewItem:
    return {"product": product_id, "quantity": quantity}


def codes(error: pytest.ExceptionInfo[ApiError]) -> list[tuple[str, str]]:
    return [(blamed.field, blamed.code) for blamed in error.value.errors]


class TestCustomers:
    def test_are_created_for_their_owner(self, user: User) -> None:
        customer = services.create_customer(owner=user, name="Ada", email="ada@example.com")

        assert Customer.objects.values_list("owner", "name", "email").get() == (user.pk, "Ada", "ada@example.com")
        assert customer.pk

    def test_change_in_what_is_given(self) -> None:
        customer = CustomerFactory.create(name="Ada", email="ada@example.com")

        services.update_customer(customers=Customer.objects.all(), customer_id=customer.pk, name="Grace")

        customer.refresh_from_db()
        assert (customer.name, customer.email) == ("Grace", "ada@example.com")

    def test_stay_when_nothing_is_given(self) -> None:
        customer = CustomerFactory.create(name="Ada")

        assert services.update_customer(customers=Customer.objects.all(), customer_id=customer.pk).name == "Ada"

    def test_without_orders_can_be_deleted(self) -> None:
        customer = CustomerFactory.create()

        services.delete_customer(customers=Customer.objects.all(), customer_id=customer.pk)

        assert not Customer.objects.exists()

    def test_with_orders_cannot(self) -> None:
        order = OrderFactory.create()

        with pytest.raises(Conflict, match="A customer with orders cannot be deleted"):
            services.delete_customer(customers=Customer.objects.all(), customer_id=order.customer.pk)
        assert Customer.objects.exists()

    def test_are_looked_for_where_the_caller_says(self, user: User) -> None:
        theirs = CustomerFactory.create()
        mine = Customer.objects.for_user(user)

        with pytest.raises(NotFound):
            services.update_customer(customers=mine, customer_id=theirs.pk, name="Mine")
        with pytest.raises(NotFound):
            services.delete_customer(customers=mine, customer_id=theirs.pk)


class TestCreateOrder:
    @pytest.mark.parametrize("count", [1, 100])
    def test_takes_four_queries_for_any_number_of_items(
        self, user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
    ) -> None:
        customer = CustomerFactory.create(owner=user)
        items = [item(product.pk) for product in ProductFactory.create_batch(count)]

        with django_assert_num_queries(6):  # two of them are the savepoint that a test makes of a transaction
            order, lines = services.create_order(
                owner=user, customer=customer.pk, shipping_address="1 High Street", items=items
            )

        assert OrderItem.objects.filter(order=order).count() == len(lines) == count

    def test_keeps_the_price_of_the_day(self, user: User) -> None:
        lamp = ProductFactory.create(price="12.50")

        order, _ = self.create(user, [item(lamp.pk, 2)])
        lamp.price = 99
        lamp.save(update_fields=["price"])

        assert Order.objects.all().row(pk=order.pk)["total"] == "25.00"

    def test_names_every_product_that_is_unknown_or_there_twice(self, user: User) -> None:
        lamp = ProductFactory.create()

        with pytest.raises(ValidationFailed) as raised:
            self.create(user, [item(lamp.pk), item(0), item(lamp.pk), item(0)])

        assert codes(raised) == [
            ("items.1.product", "does_not_exist"),
            ("items.2.product", "duplicate"),
            ("items.3.product", "does_not_exist"),
        ]

    def test_names_every_product_that_is_unavailable(self, user: User) -> None:
        here, gone, sold = ProductFactory.create(), *ProductFactory.create_batch(2, available=False)

        with pytest.raises(ApiError) as raised:
            self.create(user, [item(gone.pk), item(here.pk), item(sold.pk)])

        assert raised.value.code == "products_unavailable"
        assert raised.value.errors[0].detail == f"Not available: {gone.pk}, {sold.pk}."

    def test_is_for_the_owners_customers(self, user: User) -> None:
        with pytest.raises(ValidationFailed) as raised:
            services.create_order(
                owner=user,
                customer=CustomerFactory.create().pk,
                shipping_address="x",
                items=[item(ProductFactory.create().pk)],
            )

        assert codes(raised) == [("customer", "does_not_exist")]

    def test_leaves_nothing_behind_when_the_items_cannot_be_written(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise ConnectionError

        monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", fail)

        with pytest.raises(ConnectionError):
            self.create(user, [item(ProductFactory.create().pk)])

        assert not Order.objects.exists()

    def create(self, user: User, items: list[NewItem]) -> tuple[Order, list[OrderItem]]:
        customer = CustomerFactory.create(owner=user)
        return services.create_order(owner=user, customer=customer.pk, shipping_address="x", items=items)


TRANSITIONS: dict[str, tuple[set[str], str]] = {
    "change_shipping_address": ({"pending"}, "order_not_pending"),
    "confirm_order": ({"pending"}, "order_not_pending"),
    "cancel_order": ({"pending", "confirmed"}, "order_not_cancellable"),
    "ship_order": ({"confirmed"}, "order_not_confirmed"),
}


class TestTransitions:
    def apply(self, service: str, order_id: int, staff: User) -> Order:
        arguments: dict[str, Any] = {"orders": Order.objects.all(), "order_id": order_id}
        if service == "change_shipping_address":
            arguments["shipping_address"] = "2 Low Road"
        if service == "ship_order":
            arguments = {"user": staff, "order_id": order_id, "tracking_number": "T-1"}
        order: Order = getattr(services, service)(**arguments)
        return order

    @pytest.mark.parametrize("status", OrderStatus.values)
    @pytest.mark.parametrize("service", TRANSITIONS)
    def test_go_from_some_states_only(self, staff: User, service: str, status: str) -> None:
        allowed, code = TRANSITIONS[service]
        order = OrderFactory.create(status=status, tracking_number="T-0")
        before = Order.objects.values().get()

        if status in allowed:
            assert self.apply(service, order.pk, staff) == order
            assert Order.objects.values().get() != before
        else:
            with pytest.raises(ApiError) as raised:
                self.apply(service, order.pk, staff)
            assert raised.value.code == code
            assert Order.objects.values().get() == before

    @pytest.mark.parametrize("service", TRANSITIONS)
    def test_cost_two_queries(
        self, staff: User, service: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        order = OrderFactory.create(status="confirmed" if service == "ship_order" else "pending")

        with django_assert_num_queries(4):  # two of them are the savepoint that a test makes of a transaction
            self.apply(service, order.pk, staff)

    @pytest.mark.parametrize("service", TRANSITIONS)
    def test_write_nothing_but_what_they_change(self, staff: User, service: str) -> None:
        order = OrderFactory.create(status="confirmed" if service == "ship_order" else "pending")
        before = Order.objects.values().get()

        self.apply(service, order.pk, staff)

        after = Order.objects.values().get()
        changed = {name for name, value in after.items() if value != dict(before)[name]}
        assert (
            changed
            == {
                "change_shipping_address": {"shipping_address"},
                "confirm_order": {"status"},
                "cancel_order": {"status"},
                "ship_order": {"status", "tracking_number"},
            }[service]
        )

    @pytest.mark.parametrize("service", TRANSITIONS)
    def test_need_an_order(self, staff: User, service: str) -> None:
        with pytest.raises(NotFound):
            self.apply(service, 1, staff)

    def test_the_owner_may_see_but_not_ship(self, user: User) -> None:
        order = OrderFactory.create(owner=user, status=OrderStatus.CONFIRMED)

        with pytest.raises(PermissionDenied):
            services.ship_order(user=user, order_id=order.pk, tracking_number="T-1")
        with pytest.raises(NotFound):
            services.ship_order(user=UserFactory.create(), order_id=order.pk, tracking_number="T-1")

    def test_shipping_needs_a_tracking_number(self, staff: User) -> None:
        order = OrderFactory.create(status=OrderStatus.CONFIRMED)

        with pytest.raises(ValidationFailed) as raised:
            services.ship_order(user=staff, order_id=order.pk, tracking_number="")

        assert codes(raised) == [("tracking_number", "required")]


class TestConfirmationMail:
    def test_is_sent_once_the_order_is_committed(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
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

    def test_says_who_it_is_for_and_always_has_the_same_id(self) -> None:
        order = OrderFactory.create(customer__name="Ada")

        assert services.send_order_confirmation(order_id=order.pk) == Delivery.SENT

        (message,) = mail.outbox
        assert "Dear Ada" in message.body
        assert message.message()["Message-ID"] == f"<order-{order.pk}-confirmation@{settings.DOMAIN_NAME}>"

    def test_is_sent_once(self) -> None:
        order = OrderFactory.create()

        results = [services.send_order_confirmation(order_id=order.pk) for _ in range(3)]

        assert results == [Delivery.SENT, Delivery.SKIPPED, Delivery.SKIPPED]
        assert len(mail.outbox) == 1

    def test_of_an_order_that_does_not_exist_is_only_noted(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            assert services.send_order_confirmation(order_id=404) == Delivery.NOT_FOUND

        assert "order 404 does not exist" in caplog.text
        assert mail.outbox == []

    def test_that_could_not_be_sent_may_be_sent_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        order = OrderFactory.create()

        def fail(message: EmailMessage) -> None:
            raise SMTPException

        with monkeypatch.context() as patched:
            patched.setattr(EmailMessage, "send", fail)
            with pytest.raises(SMTPException):
                services.send_order_confirmation(order_id=order.pk)
        order.refresh_from_db()
        assert order.confirmation_sent_at is None

        assert services.send_order_confirmation(order_id=order.pk) == Delivery.SENT

    def test_that_left_before_its_process_was_killed_comes_again_with_the_same_id(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = OrderFactory.create()
        usual = EmailMessage.send

        def send_and_die(message: EmailMessage) -> None:
            usual(message)
            raise KeyboardInterrupt  # nothing of what follows runs, the commit least of all

        with monkeypatch.context() as patched:
            patched.setattr(EmailMessage, "send", send_and_die)
            with pytest.raises(KeyboardInterrupt):
                services.send_order_confirmation(order_id=order.pk)

        results = [services.send_order_confirmation(order_id=order.pk) for _ in range(2)]

        assert results == [Delivery.SENT, Delivery.SKIPPED]
        assert len(mail.outbox) == 2
        assert len({message.message()["Message-ID"] for message in mail.outbox}) == 1

    def test_that_cannot_be_sent_leaves_the_order_confirmed(
        self,
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

    def test_that_got_lost_is_sent_when_somebody_looks_for_it(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        lost = OrderFactory.create(status=OrderStatus.CONFIRMED)
        OrderFactory.create(status=OrderStatus.CONFIRMED, confirmation_sent_at=timezone.now())
        OrderFactory.create()
        output = StringIO()

        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                call_command("send_missing_confirmations", stdout=output)

        assert output.getvalue() == "1 confirmations begun anew.\n0 confirmations begun anew.\n"
        (message,) = mail.outbox
        assert message.to == [lost.customer.email]

    def test_is_not_sent_when_confirming_is_rolled_back(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        order = OrderItemFactory.create(order__status=OrderStatus.CANCELLED).order

        with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(ApiError):
            services.confirm_order(orders=Order.objects.all(), order_id=order.pk)

        assert callbacks == []
        assert mail.outbox == []
