"""Orders in the admin: the rules of the shop hold there as in the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem
from tests.catalog.factories import ProductFactory
from tests.factories import UserFactory
from tests.orders.factories import CustomerFactory, OrderFactory, OrderItemFactory


@pytest.fixture
def admin(db: None, client: Client) -> Client:
    """The client of a superuser."""
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def form_of(order: Order | None = None, **fields: Any) -> dict[str, Any]:
    """Return what the page of an order sends, with its items as they are."""
    items = list(order.items.order_by("pk")) if order else []
    management = {"items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": len(items)}
    rows = {f"items-{index}-id": item.pk for index, item in enumerate(items)}
    quantities = {f"items-{index}-quantity": item.quantity for index, item in enumerate(items)}
    return {"shipping_address": "1 High Street", **management, **rows, **quantities, **fields}


def url_of(page: str, *args: Any) -> str:
    return reverse(f"admin:orders_order_{page}", args=args)


def test_adds_an_order_for_the_customers_owner_at_current_prices(admin: Client) -> None:
    customer, product = CustomerFactory.create(), ProductFactory.create(price=Decimal("12.50"))
    item: dict[str, Any] = {"items-TOTAL_FORMS": 1, "items-0-product": product.pk, "items-0-quantity": 2}

    response = admin.post(url_of("add"), form_of(customer=customer.pk, **item))

    assert response.status_code == 302
    order = Order.objects.get()
    assert (order.owner, order.customer, order.status) == (customer.owner, customer, OrderStatus.PENDING)
    assert OrderItem.objects.values_list("product", "quantity", "unit_price").get() == (product.pk, 2, product.price)


@pytest.mark.parametrize(
    ("available", "count", "message"), [(False, 1, "not available"), (True, 0, "Please submit at least 1 form")]
)
def test_an_order_needs_items_that_are_available(admin: Client, available: bool, count: int, message: str) -> None:  # noqa: FBT001 - a parameter
    product = ProductFactory.create(available=available)
    items: dict[str, Any] = {"items-TOTAL_FORMS": count, "items-0-product": product.pk, "items-0-quantity": 2}

    response = admin.post(url_of("add"), form_of(customer=CustomerFactory.create().pk, **items))

    assert response.status_code == 200
    assert message in response.text
    assert not Order.objects.exists()


def test_the_price_of_an_item_stays_when_its_quantity_changes(admin: Client) -> None:
    item = OrderItemFactory.create(unit_price=Decimal(5), product__price=Decimal(9))

    response = admin.post(url_of("change", item.order_id), {**form_of(item.order), "items-0-quantity": 3})

    assert response.status_code == 302
    item.refresh_from_db()
    assert (item.quantity, item.unit_price) == (3, Decimal(5))


def test_only_a_pending_order_can_be_edited(admin: Client) -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED, items=1)

    response = admin.post(url_of("change", order.pk), form_of(order, shipping_address="Elsewhere"))

    assert response.status_code == 403
    order.refresh_from_db()
    assert order.shipping_address != "Elsewhere"


def test_confirms_the_selected_orders_that_are_pending(admin: Client) -> None:
    pending, shipped = OrderFactory.create(items=1), OrderFactory.create(status="shipped", tracking_number="T-1")
    selection = {"action": "confirm_selected", "_selected_action": [pending.pk, shipped.pk]}

    page = admin.post(url_of("changelist"), selection, follow=True).text

    assert "1 order confirmed." in page
    assert "not confirmed: Only pending orders can be confirmed." in page
    pending.refresh_from_db()
    assert pending.status == OrderStatus.CONFIRMED


@pytest.mark.parametrize(
    ("action", "fields", "before", "after", "message"),
    [
        ("confirm", {}, "pending", "confirmed", "Order {pk} is confirmed."),
        ("ship", {"tracking_number": "T-1"}, "confirmed", "shipped", "Order {pk} is shipped."),
        ("ship", {}, "confirmed", "confirmed", "Tracking number required when shipping."),
        ("cancel", {}, "shipped", "shipped", "Only pending or confirmed orders can be cancelled."),
    ],
)
def test_changes_the_status_from_the_page_of_an_order(
    admin: Client, action: str, fields: dict[str, str], before: str, after: str, message: str
) -> None:
    order = OrderFactory.create(status=before, tracking_number="T-0" if before == "shipped" else "")

    response = admin.post(url_of(action, order.pk), {"_form_submitted": "True", **fields})

    order.refresh_from_db()
    assert order.status == after
    page = admin.get(response.headers["HX-Redirect"])
    assert [str(shown) for shown in page.context["messages"]] == [message.format(pk=order.pk)]


def test_offers_what_the_status_allows_next(admin: Client) -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED)

    page = admin.get(url_of("change", order.pk)).text

    assert url_of("ship", order.pk) in page
    assert url_of("cancel", order.pk) in page
    assert url_of("confirm", order.pk) not in page


def test_who_may_only_view_orders_cannot_change_them(client: Client, staff: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_order", "view_orderitem"]))
    client.force_login(staff)
    order = OrderFactory.create(items=1)

    assert client.get(url_of("change", order.pk)).status_code == 200
    assert client.post(url_of("change", order.pk), form_of(order)).status_code == 403
    assert client.post(url_of("confirm", order.pk), {"_form_submitted": "True"}).status_code == 403
    client.post(url_of("changelist"), {"action": "confirm_selected", "_selected_action": [order.pk]})
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING


def test_the_owner_of_a_customer_does_not_change(admin: Client) -> None:
    customer = CustomerFactory.create()
    url = reverse("admin:orders_customer_change", args=[customer.pk])

    admin.post(url, {"name": "Ada", "email": "ada@example.com", "owner": UserFactory.create().pk})

    found = Customer.objects.get()
    assert (found.name, found.owner) == ("Ada", customer.owner)
