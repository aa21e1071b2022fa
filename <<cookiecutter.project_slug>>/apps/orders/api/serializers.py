"""Customers and orders over HTTP.

What goes out is declared here and made by `apps.orders.rows`; what comes in is checked here and carried out by
`apps.orders.services`.
"""

from rest_framework import serializers

from apps.core.api.drf import (
    IdField,
    IntegerField,
    ListField,
    PageParameters,
    QueryIdField,
    QueryTimeField,
    StrictFieldsMixin,
    TextField,
)
from apps.orders.choices import OrderStatus
from apps.orders.models import MAX_QUANTITY, Customer, Order, OrderItem

MAX_ITEMS = 100


class CustomerSerializer(StrictFieldsMixin, serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name", "email", "created_at"]
        read_only_fields = ["id", "created_at"]


class OrderCustomerSerializer(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name"]
        read_only_fields = fields


class OrderItemSerializer(serializers.ModelSerializer[OrderItem]):
    product_name = serializers.CharField(source="product.name", read_only=True)
    subtotal = serializers.DecimalField(max_digits=15, decimal_places=2, read_only=True)

    class Meta:
        model = OrderItem
        fields = ["id", "product", "product_name", "quantity", "unit_price", "subtotal"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    customer = OrderCustomerSerializer(read_only=True)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    item_count = serializers.IntegerField(read_only=True)
    total = serializers.DecimalField(max_digits=17, decimal_places=2, read_only=True)
    items = OrderItemSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id",
            "customer",
            "status",
            "status_display",
            "shipping_address",
            "tracking_number",
            "item_count",
            "total",
            "items",
            "created_at",
        ]
        read_only_fields = fields


class OrderFilters(PageParameters):
    status = serializers.ChoiceField(OrderStatus.choices, required=False)
    customer = QueryIdField(required=False)
    created_after = QueryTimeField(required=False)
    created_before = QueryTimeField(required=False)


class NewItemSerializer(StrictFieldsMixin, serializers.Serializer[OrderItem]):
    product = IdField()
    quantity = IntegerField(min_value=1, max_value=MAX_QUANTITY)


class NewOrderSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    customer = IdField()
    shipping_address = TextField(max_length=500)
    items = ListField(child=NewItemSerializer(), allow_empty=False, max_length=MAX_ITEMS)


class AddressChangeSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    shipping_address = TextField(max_length=500)


class ShipmentSerializer(StrictFieldsMixin, serializers.Serializer[Order]):
    # Not required here: that is a rule of the shop, which `ship_order` keeps wherever an order is shipped from.
    tracking_number = TextField(max_length=100, allow_blank=True, default="")
