"""Views of customers and orders. Objects are looked up among the user's own, so another user's is a 404."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.accounts.api.authentication import AuthenticatedRequest
from apps.idempotency.drf import idempotent
from apps.orders import services
from apps.orders.api import serializers
from apps.orders.api.filters import OrderFilter
from apps.orders.models import Customer, CustomerQuerySet, Order, OrderQuerySet


class CustomerViewSet(ReadOnlyModelViewSet[Customer]):
    permission_classes = [IsAuthenticated]
    queryset = Customer.objects.all()
    serializer_class = serializers.CustomerSerializer
    lookup_value_converter = "int"
    request: AuthenticatedRequest

    def get_queryset(self) -> CustomerQuerySet:
        return Customer.objects.for_user(self.request.user)

    @extend_schema(responses={201: serializers.CustomerSerializer})
    def create(self, request: AuthenticatedRequest) -> Response:
        """Create a customer."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        customer = services.create_customer(owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(f"{customer.pk}/")
        return Response(self.get_serializer(customer).data, status.HTTP_201_CREATED, headers={"Location": location})

    def partial_update(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Update a customer."""
        serializer = self.get_serializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        customers = self.get_queryset()
        customer = services.update_customer(customers=customers, customer_id=pk, **serializer.validated_data)
        return Response(self.get_serializer(customer).data)

    def destroy(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Delete a customer without orders."""
        services.delete_customer(customers=self.get_queryset(), customer_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrderViewSet(ReadOnlyModelViewSet[Order]):
    permission_classes = [IsAuthenticated]
    queryset = Order.objects.with_details()
    serializer_class = serializers.OrderSerializer
    filterset_class = OrderFilter
    lookup_value_converter = "int"
    request: AuthenticatedRequest

    def get_queryset(self) -> OrderQuerySet:
        return self.queryset.for_user(self.request.user)

    @extend_schema(request=serializers.OrderCreateSerializer, responses={201: serializers.OrderSerializer})
    @idempotent("orders_create")
    def create(self, request: AuthenticatedRequest) -> Response:
        """Create an order at current prices."""
        serializer = serializers.OrderCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = services.create_order(owner=request.user, **serializer.validated_data)
        location = request.build_absolute_uri(f"{order.pk}/")
        return Response(self.get_serializer(order).data, status.HTTP_201_CREATED, headers={"Location": location})

    @extend_schema(request=serializers.OrderUpdateSerializer, responses=serializers.OrderSerializer)
    def partial_update(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Update the shipping address of a pending order."""
        serializer = serializers.OrderUpdateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = services.update_order(orders=self.get_queryset(), order_id=pk, **serializer.validated_data)
        return Response(self.get_serializer(order).data)

    @extend_schema(request=None, responses=serializers.OrderSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Confirm a pending order.

        The customer is sent an e-mail.
        """
        order = services.confirm_order(orders=self.get_queryset(), order_id=pk)
        return Response(self.get_serializer(order).data)

    @extend_schema(request=serializers.OrderShipSerializer, responses=serializers.OrderSerializer)
    @action(detail=True, methods=["post"])
    def ship(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Ship a confirmed order.

        For staff and users with the permission to ship this order.
        """
        serializer = serializers.OrderShipSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = services.ship_order(orders=self.queryset, user=request.user, order_id=pk, **serializer.validated_data)
        return Response(self.get_serializer(order).data)

    @extend_schema(request=None, responses=serializers.OrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Cancel an order that has not shipped."""
        order = services.cancel_order(orders=self.get_queryset(), order_id=pk)
        return Response(self.get_serializer(order).data)
