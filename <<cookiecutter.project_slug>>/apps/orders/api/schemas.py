"""Customers and orders over HTTP.

What goes out is declared here and made by `apps.orders.rows`; what comes in is checked here and carried out by
`apps.orders.services`.
"""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from apps.api.ninja import Email, EmailText, Id, Input, Money, Page, PageParameters, QueryId, QueryTime, Text
from apps.orders.choices import OrderStatus
from apps.orders.models import MAX_QUANTITY

MAX_ITEMS = 100


class Customer(Schema):
    id: int
    name: str
    email: EmailText
    created_at: datetime


class NewCustomer(Input):
    """A customer to be."""

    name: Text = Field(min_length=1, max_length=200)
    email: Email = Field(min_length=1, max_length=254)


class CustomerChange(Input):
    """What to change about a customer."""

    name: Text = Field(default_factory=str, min_length=1, max_length=200)
    email: Email = Field(default_factory=str, min_length=1, max_length=254)


class CustomerPage(Page[Customer]):
    """One page of customers."""


class OrderCustomer(Schema):
    id: int
    name: str


class OrderItem(Schema):
    id: int
    product: int
    product_name: str
    quantity: int
    unit_price: Money
    subtotal: Money


class Order(Schema):
    id: int
    customer: OrderCustomer
    status: OrderStatus
    status_display: str
    shipping_address: str
    tracking_number: str
    item_count: int
    total: Money
    items: list[OrderItem]
    created_at: datetime


class OrderPage(Page[Order]):
    """One page of orders."""


class OrderFilters(PageParameters):
    status: OrderStatus | None = None
    customer: QueryId | None = None
    created_after: QueryTime | None = None
    created_before: QueryTime | None = None


class NewItem(Input):
    """A line of an order to be."""

    product: Id
    quantity: int = Field(ge=1, le=MAX_QUANTITY)


class NewOrder(Input):
    """An order to be, at today's prices."""

    customer: Id
    shipping_address: Text = Field(min_length=1, max_length=500)
    items: list[NewItem] = Field(min_length=1, max_length=MAX_ITEMS)


class AddressChange(Input):
    """Where to send the order instead."""

    shipping_address: Text = Field(min_length=1, max_length=500)


class Shipment(Input):
    """What the carrier said."""

    # Not required here: that is a rule of the shop, which `ship_order` keeps wherever an order is shipped from.
    tracking_number: Text = Field("", max_length=100)
