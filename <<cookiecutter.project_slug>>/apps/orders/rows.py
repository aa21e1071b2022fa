"""Customers and orders as the API shows them.

A new field of an order: read its column, declare it in the row and fill it in here, then declare it in the API's
serializer or schema. The columns and the function's arguments stand in the same order.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TypedDict

from apps.api.text import money_text, time_text
from apps.orders.choices import OrderStatus

CUSTOMER_COLUMNS = ("id", "name", "email", "created_at")
ORDER_COLUMNS = (
    "id",
    "customer_id",
    "customer__name",
    "status",
    "shipping_address",
    "tracking_number",
    "created_at",
)
ITEM_COLUMNS = ("id", "product_id", "product__name", "quantity", "unit_price")

STATUS_LABELS = {status.value: str(status.label) for status in OrderStatus}

type ItemValues = tuple[int, int, str, int, Decimal]


class CustomerRow(TypedDict):
    id: int
    name: str
    email: str
    created_at: str


class OrderCustomerRow(TypedDict):
    id: int
    name: str


class ItemRow(TypedDict):
    id: int
    product: int
    product_name: str
    quantity: int
    unit_price: str
    subtotal: str


class OrderRow(TypedDict):
    id: int
    customer: OrderCustomerRow
    status: str
    status_display: str
    shipping_address: str
    tracking_number: str
    item_count: int
    total: str
    items: list[ItemRow]
    created_at: str


def customer_row(pk: int, name: str, email: str, created_at: datetime) -> CustomerRow:
    """Return the row for the values of CUSTOMER_COLUMNS."""
    return {"id": pk, "name": name, "email": email, "created_at": time_text(created_at)}


def order_row(
    pk: int,
    customer_id: int,
    customer_name: str,
    status: str,
    shipping_address: str,
    tracking_number: str,
    created_at: datetime,
    *,
    items: Iterable[ItemValues],
) -> OrderRow:
    """Return the row for the values of ORDER_COLUMNS and, for each item, those of ITEM_COLUMNS."""
    total = Decimal(0)
    lines: list[ItemRow] = []
    for item_pk, product_id, product_name, quantity, unit_price in items:
        subtotal = unit_price * quantity
        total += subtotal
        lines.append(
            {
                "id": item_pk,
                "product": product_id,
                "product_name": product_name,
                "quantity": quantity,
                "unit_price": money_text(unit_price),
                "subtotal": money_text(subtotal),
            }
        )
    return {
        "id": pk,
        "customer": {"id": customer_id, "name": customer_name},
        "status": status,
        "status_display": STATUS_LABELS[status],
        "shipping_address": shipping_address,
        "tracking_number": tracking_number,
        "item_count": len(lines),
        "total": money_text(total),
        "items": lines,
        "created_at": time_text(created_at),
    }


# The same values from instances in memory, so that a write is answered without reading it again.
order_values = attrgetter(*(column.replace("__", ".") for column in ORDER_COLUMNS))
item_values = attrgetter(*(column.replace("__", ".") for column in ITEM_COLUMNS))
