"""What somebody who runs the shop sees and does in the admin."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import User
from apps.database.paginator import BoundedPaginator
from apps.orders import services
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderQuerySet
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory, OrderFactory
from tests.queries import watch_queries

ORDERS = "admin:orders_order_changelist"
CUSTOMERS = "admin:orders_customer_changelist"


@pytest.fixture
def manager(client: Client, staff: User) -> Client:
    """Somebody who may look after customers and orders, but is no superuser."""
    models = ["customer", "order", "orderitem"]
    staff.user_permissions.set(Permission.objects.filter(content_type__model__in=models))
    client.force_login(staff)
    return client


def page(manager: Client, name: str, *args: Any, **query: Any) -> str:
    """Return the HTML of the admin page with that name."""
    response = manager.get(reverse(name, args=args, query=query))
    assert response.status_code == 200
    return response.content.decode()


def messages_after(manager: Client, name: str, *args: Any, **data: Any) -> list[str]:
    """Send a form to the admin page and return the messages that the person is shown next."""
    response = manager.post(reverse(name, args=args), data, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


def on_selected(manager: Client, action: str, orders: list[Order]) -> list[str]:
    """Run a list action on these orders and return the messages."""
    return messages_after(manager, ORDERS, action=action, _selected_action=[order.pk for order in orders])


def item_forms(*items: dict[str, Any], existing: int = 0) -> dict[str, Any]:
    """Return what the browser sends for the items of an order."""
    forms = {f"items-{index}-{name}": value for index, item in enumerate(items) for name, value in item.items()}
    return {"items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": existing, **forms}


@pytest.mark.parametrize(("name", "model"), [(ORDERS, OrderFactory), (CUSTOMERS, CustomerFactory)])
def test_a_list_costs_as_many_queries_for_25_rows_as_for_one(manager: Client, name: str, model: Any) -> None:
    def queries_for(count: int) -> int:
        model.create_batch(count)
        page(manager, name)  # what is cached is cached now
        with watch_queries() as log:
            page(manager, name)
        return len(log)

    assert queries_for(1) == queries_for(24)


def test_an_order_costs_as_many_queries_with_ten_items_as_with_one(manager: Client) -> None:
    def queries_for(items: int) -> int:
        order = OrderFactory.create(items=items)
        page(manager, "admin:orders_order_change", order.pk)  # what is cached is cached now
        with watch_queries() as log:
            page(manager, "admin:orders_order_change", order.pk)
        return len(log)

    assert queries_for(1) == queries_for(10)


def test_the_list_shows_money_status_and_number_of_items(manager: Client) -> None:
    OrderFactory.create(items=3, items__unit_price=Decimal("1000.10"), status=OrderStatus.CONFIRMED)

    html = page(manager, ORDERS)

    assert "6,000.60 EUR" in html
    assert "Confirmed" in html
    assert 'class="field-item_count' in html


@pytest.mark.parametrize("term", ["Ada", "ADA@example", "TRACK-1"])
def test_an_order_is_found_by_customer_and_tracking_number(manager: Client, term: str) -> None:
    ada = CustomerFactory.create(name="Ada Lovelace", email="ada@example.com")
    found = OrderFactory.create(customer=ada, status=OrderStatus.SHIPPED, tracking_number="TRACK-1")
    other = OrderFactory.create()

    html = page(manager, ORDERS, q=term)

    assert reverse("admin:orders_order_change", args=[found.pk]) in html
    assert reverse("admin:orders_order_change", args=[other.pk]) not in html


def test_an_order_is_found_by_its_number(manager: Client) -> None:
    found, other = OrderFactory.create_batch(2, customer__name="Ada", customer__email="ada@example.com")

    html = page(manager, ORDERS, q=found.pk)

    assert reverse("admin:orders_order_change", args=[found.pk]) in html
    assert reverse("admin:orders_order_change", args=[other.pk]) not in html


def test_a_long_list_is_counted_and_shown_up_to_a_bound(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedPaginator, "limit", 60)
    customer = CustomerFactory.create()
    Order.objects.bulk_create(Order(customer=customer, owner=customer.owner) for _ in range(61))

    with watch_queries() as log:
        html = page(manager, ORDERS)

    assert "or more" in html
    assert sum("COUNT(*)" in query and "LIMIT 60" in query for query in log) == 1
    assert page(manager, ORDERS, p=2).count('class="field-item_count') == 10
    assert manager.get(reverse(ORDERS, query={"p": 3})).status_code == 302
    assert "or more" not in page(manager, ORDERS, status__exact="shipped")


@pytest.mark.parametrize("term", ["9" * 30, "½", "%", "'"])
def test_no_search_breaks_the_list(manager: Client, term: str) -> None:
    page(manager, ORDERS, q=term)


def test_orders_are_filtered_by_status_customer_and_owner(manager: Client) -> None:
    shown = OrderFactory.create()
    hidden = OrderFactory.create(status=OrderStatus.CANCELLED)

    for query in (
        {"status__exact": "pending"},
        {"customer__id__exact": shown.customer.pk},
        {"owner__id__exact": shown.owner.pk},
    ):
        html = page(manager, ORDERS, **query)
        assert reverse("admin:orders_order_change", args=[shown.pk]) in html
        assert reverse("admin:orders_order_change", args=[hidden.pk]) not in html


def test_a_customer_leads_to_their_orders(manager: Client) -> None:
    customer = CustomerFactory.create()
    OrderFactory.create_batch(2, customer=customer, owner=customer.owner)

    html = page(manager, CUSTOMERS)

    assert f'href="{reverse(ORDERS)}?customer__id__exact={customer.pk}" class="text-link">2</a>' in html


def test_an_added_order_belongs_to_the_owner_of_the_customer_and_captures_prices(manager: Client) -> None:
    customer = CustomerFactory.create()
    product = ProductFactory.create(price=Decimal("9.90"))

    manager.post(
        reverse("admin:orders_order_add"),
        {
            "customer": customer.pk,
            "shipping_address": "Here",
            **item_forms({"product": product.pk, "quantity": 3, "unit_price": "0.01"}),
        },
    )

    order = Order.objects.get()
    item = order.items.get()
    assert order.owner == customer.owner
    assert order.status == OrderStatus.PENDING
    assert (item.quantity, item.unit_price) == (3, Decimal("9.90"))


def test_a_changed_price_leaves_ordered_items_as_they_were(manager: Client) -> None:
    order = OrderFactory.create(items=1)
    item = order.items.get()
    old_price = item.unit_price
    other = ProductFactory.create(price=Decimal("77.00"))
    item.product.price = Decimal("99.00")
    item.product.save(update_fields=["price"])

    manager.post(
        reverse("admin:orders_order_change", args=[order.pk]),
        {
            "shipping_address": "There",
            **item_forms({"id": item.pk, "product": other.pk, "quantity": 5}, existing=1),
        },
    )

    order.refresh_from_db()
    product_before = item.product
    item.refresh_from_db()
    assert order.shipping_address == "There"
    assert (item.product, item.quantity, item.unit_price) == (product_before, 5, old_price)


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([], "Please submit at least 1 form."),
        ([{"product": "sold out", "quantity": 1}], "Products not available: "),
        ([{"product": "table", "quantity": 0}], "Ensure this value is greater than or equal to 1."),
        ([{"product": "table", "quantity": 1}] * 2, "Please correct the duplicate data for product"),
    ],
)
def test_an_order_that_breaks_a_rule_is_not_added(manager: Client, items: list[dict[str, Any]], complaint: str) -> None:
    products = {
        "table": ProductFactory.create(name="Table").pk,
        "sold out": ProductFactory.create(name="Lamp", available=False).pk,
    }
    forms = item_forms(*({**item, "product": products[item["product"]]} for item in items))

    response = manager.post(
        reverse("admin:orders_order_add"),
        {"customer": CustomerFactory.create().pk, "shipping_address": "Here", **forms},
    )

    assert complaint in response.content.decode()
    assert not Order.objects.exists()


def test_status_tracking_number_and_customer_cannot_be_written_by_hand(manager: Client) -> None:
    order = OrderFactory.create(items=1)
    item = order.items.get()

    manager.post(
        reverse("admin:orders_order_change", args=[order.pk]),
        {
            "shipping_address": "There",
            "status": "shipped",
            "tracking_number": "T-1",
            "customer": CustomerFactory.create().pk,
            "confirmation_sent_at_0": "2026-01-01",
            "confirmation_sent_at_1": "00:00",
            **item_forms({"id": item.pk, "quantity": 2}, existing=1),
        },
    )

    changed = Order.objects.get()
    assert changed.shipping_address == "There"
    assert changed.status == OrderStatus.PENDING
    assert changed.tracking_number == ""
    assert changed.customer == order.customer
    assert changed.confirmation_sent_at is None


def test_an_order_that_is_not_pending_is_only_looked_at(manager: Client) -> None:
    order = OrderFactory.create(items=1, status=OrderStatus.CONFIRMED)
    address = reverse("admin:orders_order_change", args=[order.pk])

    assert 'name="_save"' not in page(manager, "admin:orders_order_change", order.pk)
    assert manager.post(address, {"shipping_address": "There"}).status_code == 403


def test_an_order_confirmed_while_it_is_being_saved_stays_as_it_was(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = OrderFactory.create(items=1)
    item = order.items.get()
    locked = OrderQuerySet.locked

    def confirmed_meanwhile(orders: OrderQuerySet, pk: int) -> Order:
        orders.filter(pk=pk).update(status=OrderStatus.CONFIRMED)
        return locked(orders, pk)

    monkeypatch.setattr(OrderQuerySet, "locked", confirmed_meanwhile)

    shown = messages_after(
        manager,
        "admin:orders_order_change",
        order.pk,
        shipping_address="There",
        **item_forms({"id": item.pk, "quantity": 9}, existing=1),
    )

    item.refresh_from_db()
    assert shown == ["Only pending orders can be changed."]
    assert item.quantity == 2


def test_selected_orders_are_confirmed_and_those_that_cannot_be_are_named(
    manager: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second = OrderFactory.create_batch(2)
    shipped = OrderFactory.create(status=OrderStatus.SHIPPED, tracking_number="T-1")

    with django_capture_on_commit_callbacks(execute=True):
        shown = on_selected(manager, "confirm_selected", [first, second, shipped])

    assert shown == [
        "2 orders confirmed.",
        f"Order {shipped.pk} not confirmed: Only pending orders can be confirmed.",
    ]
    assert Order.objects.filter(status=OrderStatus.CONFIRMED).count() == 2
    assert len(mail.outbox) == 2


def test_selected_orders_are_cancelled(manager: Client) -> None:
    order = OrderFactory.create()

    assert on_selected(manager, "cancel_selected", [order]) == ["1 order cancelled."]
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_many_failures_fit_into_one_message(manager: Client) -> None:
    orders = OrderFactory.create_batch(120, status=OrderStatus.CANCELLED)

    (message,) = on_selected(manager, "cancel_selected", orders)

    assert len(message) < 300


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (OrderStatus.PENDING, {"confirm", "cancel"}),
        (OrderStatus.CONFIRMED, {"ship", "cancel"}),
        (OrderStatus.SHIPPED, set()),
        (OrderStatus.CANCELLED, set()),
    ],
)
def test_the_page_of_an_order_offers_what_can_be_done_next(
    manager: Client, status: OrderStatus, offered: set[str]
) -> None:
    order = OrderFactory.create(status=status, tracking_number="T-1" if status == OrderStatus.SHIPPED else "")

    html = page(manager, "admin:orders_order_change", order.pk)

    links = {step: reverse(f"admin:orders_order_{step}", args=[order.pk]) for step in ("confirm", "ship", "cancel")}
    assert {step for step, link in links.items() if link in html} == offered


@pytest.mark.parametrize(
    ("step", "data", "before", "after", "message"),
    [
        ("confirm", {}, "pending", "confirmed", "Order {pk} is confirmed."),
        ("cancel", {}, "confirmed", "cancelled", "Order {pk} is cancelled."),
        ("ship", {"tracking_number": "T-1"}, "confirmed", "shipped", "Order {pk} is shipped."),
        ("ship", {}, "confirmed", "confirmed", "Tracking number required when shipping."),
        ("ship", {"tracking_number": "T-1"}, "pending", "pending", "Only confirmed orders can be shipped."),
        ("confirm", {}, "cancelled", "cancelled", "Only pending orders can be confirmed."),
    ],
)
def test_a_step_is_taken_after_a_question(
    manager: Client, step: str, data: dict[str, str], before: str, after: str, message: str
) -> None:
    order = OrderFactory.create(status=before)
    address = reverse(f"admin:orders_order_{step}", args=[order.pk])

    manager.get(address)
    order.refresh_from_db()
    assert order.status == before, "looking at the question changes nothing"

    response = manager.post(address, {"_form_submitted": "True", **data})
    order.refresh_from_db()
    assert order.status == after
    shown = manager.get(response.headers["HX-Redirect"]).context["messages"]
    assert [str(text) for text in shown] == [message.format(pk=order.pk)]


@pytest.mark.parametrize("object_id", ["999999", "abc", "9" * 30])
def test_a_step_on_an_order_that_does_not_exist_is_a_404(manager: Client, object_id: str) -> None:
    address = reverse("admin:orders_order_confirm", args=[object_id])

    assert manager.post(address, {"_form_submitted": "True"}).status_code == 404


def test_whoever_may_only_look_can_neither_act_nor_write(client: Client, staff: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_order", "view_orderitem"]))
    client.force_login(staff)
    order = OrderFactory.create(items=1)

    html = page(client, "admin:orders_order_change", order.pk)
    client.post(reverse(ORDERS), {"action": "confirm_selected", "_selected_action": [order.pk]})

    assert reverse("admin:orders_order_confirm", args=[order.pk]) not in html
    assert 'name="_save"' not in html
    assert client.post(reverse("admin:orders_order_confirm", args=[order.pk])).status_code == 403
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING


def test_a_customer_gets_an_owner_once_and_keeps_them(manager: Client, user: User, staff: User) -> None:
    manager.post(reverse("admin:orders_customer_add"), {"name": "Ada", "email": "ada@example.com", "owner": user.pk})
    customer = Customer.objects.get()
    manager.post(
        reverse("admin:orders_customer_change", args=[customer.pk]),
        {"name": "Ada Lovelace", "email": "ada@example.com", "owner": staff.pk},
    )

    customer.refresh_from_db()
    assert (customer.name, customer.owner) == ("Ada Lovelace", user)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("of a library"),
        ValueError("bad value"),
        IntegrityError("a constraint"),
        UnicodeEncodeError("ascii", "\ud800", 0, 1, "surrogates"),
        KeyError("missing"),
        DataError("out of range"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_order_that_cannot_be_processed_holds_up_no_other(
    manager: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    orders = OrderFactory.create_batch(3)
    usual = services.confirm_order

    def break_at_the_second(*, orders: Any, order_id: int) -> Order:
        if order_id == second.pk:
            raise error
        return usual(orders=orders, order_id=order_id)

    second = orders[1]
    monkeypatch.setattr(services, "confirm_order", break_at_the_second)

    shown = on_selected(manager, "confirm_selected", orders)

    assert shown == [
        "2 orders confirmed.",
        f"Order {second.pk} not confirmed: An unexpected error: see the log.",
    ]
    for order in orders:
        order.refresh_from_db()
    assert [order.status for order in orders] == ["confirmed", "pending", "confirmed"]


def test_without_the_database_the_others_are_not_tried(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def fail(*, orders: Any, order_id: int) -> Order:
        tried.append(order_id)
        raise OperationalError("no connection")

    monkeypatch.setattr(services, "confirm_order", fail)
    manager.raise_request_exception = False
    orders = OrderFactory.create_batch(3)

    response = manager.post(
        reverse(ORDERS), {"action": "confirm_selected", "_selected_action": [order.pk for order in orders]}
    )

    assert response.status_code == 503
    assert len(tried) == 1
