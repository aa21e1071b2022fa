"""The list of orders, 25 to a page with customer and items, as it is written elsewhere.

All of them answer with what our own list answers with, for the same signed-in user.
"""

from decimal import Decimal

from apps.orders.models import Customer, Order, OrderItem
from django.db import connection
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.generics import ListAPIView, ListCreateAPIView
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.views import APIView


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name"]


class ItemSerializer(serializers.ModelSerializer):
    product_name = serializers.CharField(source="product.name", read_only=True)
    subtotal = serializers.SerializerMethodField()

    class Meta:
        model = OrderItem
        fields = ["id", "product", "product_name", "quantity", "unit_price", "subtotal"]

    def get_subtotal(self, item: OrderItem) -> str:
        return str(item.unit_price * item.quantity)


class OrderSerializer(serializers.ModelSerializer):
    customer = CustomerSerializer(read_only=True)
    status_display = serializers.CharField(source="get_status_display", read_only=True)
    item_count = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    items = ItemSerializer(many=True, read_only=True)

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

    def get_item_count(self, order: Order) -> int:
        return len(order.items.all())

    def get_total(self, order: Order) -> str:
        return str(sum((item.unit_price * item.quantity for item in order.items.all()), Decimal(0)))


class CountedOrderSerializer(OrderSerializer):
    item_count = serializers.IntegerField(read_only=True)


class Pages(PageNumberPagination):
    page_size = 25


class Cursors(CursorPagination):
    page_size = 25
    ordering = ("-created_at", "-id")


class Naive(ListAPIView):
    """Lazy loading."""

    serializer_class = OrderSerializer
    pagination_class = Pages

    def get_queryset(self):
        return Order.objects.filter(owner=self.request.user)


class Usual(ListAPIView):
    """ModelSerializer, select_related and prefetch_related, annotate(Count), numbered pages."""

    serializer_class = CountedOrderSerializer
    pagination_class = Pages

    def get_queryset(self):
        orders = Order.objects.filter(owner=self.request.user).select_related("customer")
        return orders.prefetch_related("items__product").annotate(item_count=Count("items"))


class Idiomatic(ListAPIView):
    """The best idiomatic form: Prefetch with select_related, no annotation, DRF's cursor pages."""

    serializer_class = OrderSerializer
    pagination_class = Cursors

    def get_queryset(self):
        items = OrderItem.objects.select_related("product")
        orders = Order.objects.filter(owner=self.request.user).select_related("customer")
        return orders.prefetch_related(Prefetch("items", queryset=items))


class Limit(APIView):
    """One statement that returns the finished text: the practical limit."""

    SQL = """
        SELECT json_build_object('next', NULL, 'previous', NULL, 'results', COALESCE(json_agg(page.row), '[]'))::text
        FROM (
            SELECT json_build_object(
                'id', o.id,
                'customer', json_build_object('id', c.id, 'name', c.name),
                'status', o.status,
                'status_display', initcap(o.status),
                'shipping_address', o.shipping_address,
                'tracking_number', o.tracking_number,
                'item_count', i.count,
                'total', i.total::text,
                'items', i.items,
                'created_at', o.created_at
            ) AS row
            FROM (
                SELECT * FROM orders_order WHERE owner_id = %s ORDER BY created_at DESC, id DESC LIMIT 25
            ) o
            JOIN orders_customer c ON c.id = o.customer_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS count, sum(item.unit_price * item.quantity) AS total, json_agg(
                    json_build_object(
                        'id', item.id,
                        'product', item.product_id,
                        'product_name', p.name,
                        'quantity', item.quantity,
                        'unit_price', item.unit_price::text,
                        'subtotal', (item.unit_price * item.quantity)::text
                    ) ORDER BY item.id
                ) AS items
                FROM orders_orderitem item JOIN catalog_product p ON p.id = item.product_id
                WHERE item.order_id = o.id
            ) i
            ORDER BY o.created_at DESC, o.id DESC
        ) page
    """

    def get(self, request):
        with connection.cursor() as cursor:
            cursor.execute(self.SQL, [request.user.pk])
            (text,) = cursor.fetchone()
        return HttpResponse(text, content_type="application/json")


class NaiveItem(serializers.ModelSerializer):
    class Meta:
        model = OrderItem
        fields = ["product", "quantity"]


class NaiveCreateSerializer(serializers.ModelSerializer):
    items = NaiveItem(many=True)

    class Meta:
        model = Order
        fields = ["customer", "shipping_address", "items"]

    def create(self, validated_data):
        items = validated_data.pop("items")
        order = Order.objects.create(owner=self.context["request"].user, **validated_data)
        for item in items:
            OrderItem.objects.create(order=order, unit_price=item["product"].price, **item)
        return order

    def to_representation(self, order):
        return OrderSerializer(Order.objects.get(pk=order.pk)).data


class NaiveCreate(ListCreateAPIView):
    """A query to validate each product, one to insert each item, and all read again for the answer."""

    serializer_class = NaiveCreateSerializer
    queryset = Order.objects.none()
