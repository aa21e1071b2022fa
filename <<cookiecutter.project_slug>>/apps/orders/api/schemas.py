"""Schemas of customers and orders."""

from typing import Annotated

from ninja import Field, FilterLookup, ModelSchema

from apps.api.ninja.schemas import DateTime, FilterSchema, Id, Input, Money
from apps.orders.choices import OrderStatus
from apps.orders.models import Customer, Order, OrderItem

MAX_ITEMS = 100


class CustomerOut(ModelSchema):
    class Meta:
        model = Customer
        fields = ["id", "name", "email", "created_at"]


class CustomerIn(Input, ModelSchema):
    class Meta:
        model = Customer
        fields = ["name", "email"]


class CustomerUpdate(Input, ModelSchema):
    class Meta:
        model = Customer
        fields = ["name", "email"]
        fields_optional = "__all__"


class OrderCustomerOut(ModelSchema):
    class Meta:
        model = Customer
        fields = ["id", "name"]


class OrderItemOut(ModelSchema):
    product_name: str = Field(alias="product.name")
    subtotal: Money

    class Meta:
        model = OrderItem
        fields = ["id", "product", "quantity", "unit_price"]


class OrderOut(ModelSchema):
    customer: OrderCustomerOut
    status: OrderStatus
    status_display: str = Field(alias="get_status_display")
    item_count: int
    total: Money
    items: list[OrderItemOut]

    class Meta:
        model = Order
        fields = ["id", "shipping_address", "tracking_number", "created_at"]


class OrderItemIn(Input, ModelSchema):
    product: Id

    class Meta:
        model = OrderItem
        fields = ["quantity"]


class OrderIn(Input, ModelSchema):
    customer: Id
    items: list[OrderItemIn] = Field(min_length=1, max_length=MAX_ITEMS)

    class Meta:
        model = Order
        fields = ["shipping_address"]


class OrderUpdate(Input, ModelSchema):
    class Meta:
        model = Order
        fields = ["shipping_address"]


class OrderShipment(Input, ModelSchema):
    class Meta:
        model = Order
        fields = ["tracking_number"]


class OrderFilters(FilterSchema):
    status: OrderStatus | None = None
    customer: Id | None = None
    created_after: Annotated[DateTime | None, FilterLookup("created_at__gt")] = None
    created_before: Annotated[DateTime | None, FilterLookup("created_at__lt")] = None
