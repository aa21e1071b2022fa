"""Business rules of orders, shared by the API, the admin and tasks."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.errors import DomainError, NotFound
from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


def item(product_id: int, quantity: int = 1) -> dict[str, int]:
    return {"product": product_id, "quantity": quantity}


def blamed(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, str]:
    return error.value.field, error.value.code


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

        with pytest.raises(DomainError, match="A customer with orders cannot be deleted"):
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
            order = services.create_order(
                owner=user, customer=customer.pk, shipping_address="1 High Street", items=items
            )
            assert order.item_count == len(order.items.all()) == count
            assert order.total == sum(line.subtotal for line in order.items.all())

        assert OrderItem.objects.filter(order=order).count() == count

    def test_keeps_the_price_of_the_day(self, user: User) -> None:
        lamp = ProductFactory.create(price="12.50")

        order = self.create(user, [item(lamp.pk, 2)])
        lamp.price = 99
        lamp.save(update_fields=["price"])

        assert Order.objects.with_summary().get(pk=order.pk).total == order.total == 25

    @pytest.mark.parametrize(("second", "code"), [(0, "does_not_exist"), (None, "duplicate")])
    def test_names_the_first_product_that_is_unknown_or_there_twice(
        self, user: User, second: int | None, code: str
    ) -> None:
        lamp = ProductFactory.create()

        with pytest.raises(DomainError) as raised:
            self.create(user, [item(lamp.pk), item(lamp.pk if second is None else second), item(lamp.pk)])

        assert blamed(raised) == ("items.1.product", code)

    def test_names_every_product_that_is_unavailable(self, user: User) -> None:
        here, gone, sold = ProductFactory.create(), *ProductFactory.create_batch(2, available=False)

        with pytest.raises(DomainError) as raised:
            self.create(user, [item(gone.pk), item(here.pk), item(sold.pk)])

        assert blamed(raised) == ("items", "products_unavailable")
        assert str(raised.value) == f"Products not available: {gone.pk}, {sold.pk}."

    def test_is_for_the_owners_customers(self, user: User) -> None:
        with pytest.raises(DomainError) as raised:
            services.create_order(
                owner=user,
                customer=CustomerFactory.create().pk,
                shipping_address="x",
                items=[item(ProductFactory.create().pk)],
            )

        assert blamed(raised) == ("customer", "does_not_exist")

    def test_leaves_nothing_behind_when_the_items_cannot_be_written(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise ConnectionError

        monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", fail)

        with pytest.raises(ConnectionError):
            self.create(user, [item(ProductFactory.create().pk)])

        assert not Order.objects.exists()

    def create(self, user: User, items: list[dict[str, int]]) -> Order:
        customer = CustomerFactory.create(owner=user)
        return services.create_order(owner=user, customer=customer.pk, shipping_address="x", items=items)


TRANSITIONS: dict[str, tuple[set[str], str]] = {
    "update_order": ({"pending"}, "order_not_pending"),
    "confirm_order": ({"pending"}, "order_not_pending"),
    "cancel_order": ({"pending", "confirmed"}, "order_not_cancellable"),
    "ship_order": ({"confirmed"}, "order_not_confirmed"),
}


class TestTransitions:
    def apply(self, service: str, order_id: int, staff: User) -> Order:
        arguments: dict[str, Any] = {"orders": Order.objects.all(), "order_id": order_id}
        if service == "update_order":
            arguments["shipping_address"] = "2 Low Road"
        if service == "ship_order":
            arguments |= {"user": staff, "tracking_number": "T-1"}
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
            with pytest.raises(DomainError) as raised:
                self.apply(service, order.pk, staff)
            assert raised.value.code == code
            assert Order.objects.values().get() == before

    @pytest.mark.parametrize("service", TRANSITIONS)
    def test_cost_two_queries_and_confirming_one_more_for_its_task(
        self, staff: User, service: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        order = OrderFactory.create(status="confirmed" if service == "ship_order" else "pending")

        # Two of them are the savepoint that a test makes of a transaction.
        queries = 4
        # % if cookiecutter.use_celery
        queries += service == "confirm_order"  # its task
        # % endif
        with django_assert_num_queries(queries):
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
                "update_order": {"shipping_address"},
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
            services.ship_order(orders=Order.objects.all(), user=user, order_id=order.pk, tracking_number="T-1")
        with pytest.raises(NotFound):
            services.ship_order(
                orders=Order.objects.all(), user=UserFactory.create(), order_id=order.pk, tracking_number="T-1"
            )

    def test_shipping_needs_a_tracking_number(self, staff: User) -> None:
        order = OrderFactory.create(status=OrderStatus.CONFIRMED)

        with pytest.raises(DomainError) as raised:
            services.ship_order(orders=Order.objects.all(), user=staff, order_id=order.pk, tracking_number="")

        assert blamed(raised) == ("tracking_number", "required")
