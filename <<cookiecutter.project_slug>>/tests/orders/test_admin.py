"""Orders in the admin: the rules of the shop hold there as in the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.orders.choices import OrderStatus
from apps.orders.models import Order, OrderItem
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
    item = {"items-TOTAL_FORMS": 1, "items-0-product": product.pk, "items-0-quantity": 2}

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
    items = {"items-TOTAL_FORMS": count, "items-0-product": product.pk, "items-0-quantity": 2}

    response = admin.post(url_of("add"), form_of(customer=CustomerFactory.create().pk, **items))

    assert response.status_code == 200
    assert message in response.text
    assert not Order.objects.exists()


def test_the_price_of_an_item_stays_when_its_quantity_changes(admin: Client) -> None:
    item = OrderItemFactory.create(unit_price=Decimal(5), product__price=Decimal(9))

    response = admin.post(url_of("change", item.order_id), form_of(item.order, **{"items-0-quantity": 3}))

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
    assert f"Order {shipped.pk} not confirmed: Only pending orders can be confirmed." in page
    pending.refresh_from_db()
    assert pending.status == OrderStatus.CONFIRMED


def act(admin: Client, order: Order, action: str, **fields: str) -> None:
    """Open the dialog of an action on one order and submit it."""
    url = f"{url_of('changelist')}{order.pk}/{action}/"
    assert admin.post(url, {"_dialog": "1", **fields}).status_code < 400


def test_ships_an_order_from_its_page(admin: Client) -> None:
    order = OrderFactory.create(status=OrderStatus.CONFIRMED, items=1)
    buttons = admin.get(url_of("change", order.pk)).text
    assert "Ship" in buttons
    assert "Confirm" not in buttons.split("Ship")[0].rpartition("actions")[2]
    assert mail.outbox == []
