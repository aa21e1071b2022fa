"""Serializers of customers and orders."""

from django.db.models import BigIntegerField
from rest_framework import serializers

from apps.api.drf.serializers import ModelSerializer
from apps.orders.models import Customer, Order, OrderItem

MAX_ITEMS = 100


class CustomerSerializer(ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name", "email", "created_at"]


class OrderCustomerSerializer(ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["id", "name"]


class OrderItemSerializer(ModelSerializer[OrderItem]):
    product_name = serializers.CharField(source="product.name")
    subtotal = serializers.DecimalField(max_digits=15, decimal_places=2)

    class Meta:
        model = OrderItem
        fields = ["id", "product", "product_name", "quantity", "unit_price", "subtotal"]
        read_only_fields = fields


class OrderSerializer(ModelSerializer[Order]):
    customer = OrderCustomerSerializer()
    status_display = serializers.CharField(source="get_status_display")
    item_count = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=17, decimal_places=2)
    items = OrderItemSerializer(many=True)

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


class OrderItemCreateSerializer(ModelSerializer[OrderItem]):
    product = serializers.IntegerField(min_value=1, max_value=BigIntegerField.MAX_BIGINT)

    class Meta:
        model = OrderItem
        fields = ["product", "quantity"]


class OrderCreateSerializer(ModelSerializer[Order]):
    customer = serializers.IntegerField(min_value=1, max_value=BigIntegerField.MAX_BIGINT)  # the service locks it
    items = OrderItemCreateSerializer(many=True, allow_empty=False, max_length=MAX_ITEMS)  # type: ignore[call-arg]  # stubs

    class Meta:
        model = Order
        fields = ["customer", "shipping_address", "items"]


class OrderUpdateSerializer(ModelSerializer[Order]):
    class Meta:
        model = Order
        fields = ["shipping_address"]


class OrderShipSerializer(ModelSerializer[Order]):
    class Meta:
        model = Order
        fields = ["tracking_number"]
