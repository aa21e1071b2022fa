"""Customers and orders over HTTP.

What goes out is declared here and made by `apps.orders.rows`; what comes in is checked here and carried out by
`apps.orders.services`.
"""

from rest_framework import serializers

from apps.api.drf import (
    EmailField,
    IdField,
    IntegerField,
    ListField,
    MoneyField,
    PageParameters,
    PageSerializer,
    QueryIdField,
    QueryTimeField,
    StrictFieldsMixin,
    TextField,
)
from apps.orders.choices import OrderStatus
from apps.orders.models import MAX_QUANTITY, Customer, Order, OrderItem
from apps.orders.rows import CustomerRow, ItemRow, OrderCustomerRow, OrderRow

MAX_ITEMS = 100


class CustomerSerializer(serializers.Serializer[CustomerRow]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    created_at = serializers.DateTimeField()


class CustomerPageSerializer(PageSerializer):
    """One page of customers."""

    results = CustomerSerializer(many=True)


class NewCustomerSerializer(StrictFieldsMixin, serializers.Serializer[Customer]):
    """A customer to be."""

    name = TextField(max_length=200)
    email = EmailField(max_length=254)


class CustomerChangeSerializer(StrictFieldsMixin, serializers.Serializer[Customer]):
    """What to change about a customer."""

    name = TextField(max_length=200, required=False)
    email = EmailField(max_length=254, required=False)


class OrderCustomerSerializer(serializers.Serializer[OrderCustomerRow]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class OrderItemSerializer(serializers.Serializer[ItemRow]):
    id = serializers.IntegerField()
    product = serializers.IntegerField()
    product_name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyField()
    subtotal = MoneyField()


class OrderSerializer(serializers.Serializer[OrderRow]):
    id = serializers.IntegerField()
    customer = OrderCustomerSerializer()
    status = serializers.ChoiceField(OrderStatus.choices)
    status_display = serializers.CharField()
    shipping_address = serializers.CharField()
    tracking_number = serializers.CharField()
    item_count = serializers.IntegerField()
    total = MoneyField()
    items = OrderItemSerializer(many=True)
    created_at = serializers.DateTimeField()


class OrderPageSerializer(PageSerializer):
    """One page of orders."""

    results = OrderSerializer(many=True)


class OrderFilters(PageParameters):
    status = serializers.ChoiceField(OrderStatus.choices, required=False)
    customer = QueryIdField(required=False)
    created_after = QueryTimeField(required=False)
    created_before = QueryTimeField(required=False)


class NewItemSerializer(StrictFieldsMixin, serializers.Serializer[OrderItem]):
    """A line of an order to be."""

    product = IdField()
    quantity = IntegerField(min_value=1, max_value=MAX_QUANTITY)


class NewOrderSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    """An order to be, at today's prices."""

    customer = IdField()
    shipping_address = TextField(max_length=500)
    items = ListField(child=NewItemSerializer(), allow_empty=False, max_length=MAX_ITEMS)


class AddressChangeSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    """Where to send the order instead."""

    shipping_address = TextField(max_length=500)


class ShipmentSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    """What the carrier said."""

    # Not required here: that is a rule of the shop, which `ship_order` keeps wherever an order is shipped from.
    tracking_number = TextField(max_length=100, allow_blank=True, required=False, default="")
