from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.errors import NotFound
from apps.orders.models import Customer, Order
from proofs.postgresql import on_postgresql
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory

pytestmark = pytest.mark.django_db


def test_details_take_two_queries_for_any_number(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    OrderFactory.create_batch(5, items=3)

    with django_assert_num_queries(2):
        for order in Order.objects.with_details():
            assert order.customer.name
            assert order.item_count == 3
            assert [item.product.name for item in order.items.all()]


def test_a_summary_counts_and_adds_up_without_multiplying(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    order = OrderFactory.create()
    OrderItemFactory.create(order=order, quantity=3, unit_price=Decimal("1.10"))
    OrderItemFactory.create(order=order, quantity=1, unit_price=Decimal("0.05"))
    empty = OrderFactory.create()

    with django_assert_num_queries(1):
        found = {row["id"]: (row["item_count"], row["total"]) for row in map(vars, Order.objects.with_summary())}

    assert found == {order.pk: (2, Decimal("3.35")), empty.pk: (0, Decimal(0))}


def test_users_see_their_own(user: User) -> None:
    mine, mine_too = OrderFactory.create(owner=user), CustomerFactory.create(owner=user)
    OrderFactory.create()

    assert list(Order.objects.for_user(user)) == [mine]
    assert set(Customer.objects.for_user(user)) == {mine.customer, mine_too}


def test_staff_and_superusers_may_ship_every_order(staff: User) -> None:
    OrderFactory.create_batch(2)

    assert Order.objects.shippable_by(staff).count() == 2
    assert Order.objects.shippable_by(UserFactory.create(is_superuser=True)).count() == 2


def test_others_may_ship_the_orders_they_have_the_permission_for(user: User) -> None:
    own, shared, by_group, _ = (OrderFactory.create(owner=owner) for owner in (user, *UserFactory.create_batch(3)))
    group = Group.objects.create(name="Couriers")
    user.groups.add(group)
    assign_perm("ship_order", user, shared)
    assign_perm("ship_order", group, by_group)
    assign_perm("change_order", user, own)
    assign_perm("orders.ship_order", user)

    assert set(Order.objects.shippable_by(user)) == {shared, by_group}


def test_who_may_ship_is_part_of_one_query(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    list(Order.objects.shippable_by(user))  # the content type is known from now on

    with django_assert_num_queries(1):
        list(Order.objects.shippable_by(user))


def test_a_locked_object_is_among_those_asked_for() -> None:
    order = OrderFactory.create()

    assert Order.objects.with_details().locked(order.pk) == order
    assert Customer.objects.all().locked(order.customer.pk) == order.customer
    with pytest.raises(NotFound):
        Order.objects.for_user(UserFactory.create()).locked(order.pk)
    with pytest.raises(NotFound):
        Customer.objects.none().locked(order.customer.pk)


@on_postgresql
def test_locking_an_order_does_not_lock_its_customer(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    order = OrderFactory.create()

    with django_assert_num_queries(1) as captured:
        Order.objects.all().locked(order.pk)

    assert captured.captured_queries[0]["sql"].endswith('FOR NO KEY UPDATE OF "orders_order"')


def test_names_for_people() -> None:
    item = OrderItemFactory.create(product__name="Lamp")

    assert str(item) == "2 x Lamp"
    assert str(item.order) == f"Order {item.order.pk}"
    assert str(item.order.customer) == item.order.customer.name
