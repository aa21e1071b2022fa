"""Customers and orders over HTTP: every object is looked for among the caller's own, so another's is a 404."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.authentication import AuthenticatedRequest
from apps.api.drf import IDEMPOTENCY_KEY_PARAMETER, PageParameters, once, paginated, validated
from apps.idempotency.services import Answer
from apps.orders import services
from apps.orders.api.serializers import (
    AddressChangeSerializer,
    CustomerChangeSerializer,
    CustomerPageSerializer,
    CustomerSerializer,
    NewCustomerSerializer,
    NewOrderSerializer,
    OrderFilters,
    OrderPageSerializer,
    OrderSerializer,
    ShipmentSerializer,
)
from apps.orders.models import Customer, Order


@extend_schema_view(
    list=extend_schema(parameters=[PageParameters], responses=CustomerPageSerializer),
    create=extend_schema(request=NewCustomerSerializer, responses={201: CustomerSerializer}),
    retrieve=extend_schema(responses=CustomerSerializer),
    partial_update=extend_schema(request=CustomerChangeSerializer, responses=CustomerSerializer),
    destroy=extend_schema(responses={204: None}),
)
class CustomerViewSet(GenericViewSet[Customer]):
    """The caller's customers."""

    permission_classes = [IsAuthenticated]
    queryset = Customer.objects.none()
    lookup_value_converter = "int"

    def list(self, request: AuthenticatedRequest) -> Response:
        """The caller's customers, newest first."""
        return paginated(request, Customer.objects.for_user(request.user).newest_first(), PageParameters)

    def create(self, request: AuthenticatedRequest) -> Response:
        """Add a customer."""
        data = validated(NewCustomerSerializer, request.data)
        customer = services.create_customer(owner=request.user, **data)
        location = request.build_absolute_uri(f"{customer.pk}/")
        return Response(customer.as_row(), status=HTTP_201_CREATED, headers={"Location": location})

    def retrieve(self, request: AuthenticatedRequest, pk: int) -> Response:
        """One of the caller's customers."""
        return Response(Customer.objects.for_user(request.user).row(pk=pk))

    def partial_update(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Change a customer."""
        data = validated(CustomerChangeSerializer, request.data)
        customers = Customer.objects.for_user(request.user)
        return Response(services.update_customer(customers=customers, customer_id=pk, **data).as_row())

    def destroy(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Delete a customer who never ordered."""
        services.delete_customer(customers=Customer.objects.for_user(request.user), customer_id=pk)
        return Response(status=HTTP_204_NO_CONTENT)


@extend_schema_view(
    list=extend_schema(parameters=[OrderFilters], responses=OrderPageSerializer),
    create=extend_schema(
        parameters=[IDEMPOTENCY_KEY_PARAMETER], request=NewOrderSerializer, responses={201: OrderSerializer}
    ),
    retrieve=extend_schema(responses=OrderSerializer),
    partial_update=extend_schema(request=AddressChangeSerializer, responses=OrderSerializer),
    confirm=extend_schema(request=None, responses=OrderSerializer),
    ship=extend_schema(request=ShipmentSerializer, responses=OrderSerializer),
    cancel=extend_schema(request=None, responses=OrderSerializer),
)
class OrderViewSet(GenericViewSet[Order]):
    """The caller's orders."""

    permission_classes = [IsAuthenticated]
    queryset = Order.objects.none()
    lookup_value_converter = "int"

    def list(self, request: AuthenticatedRequest) -> Response:
        """The caller's orders, newest first."""
        return paginated(request, Order.objects.for_user(request.user).newest_first(), OrderFilters)

    def create(self, request: AuthenticatedRequest) -> Response:
        """Order products for one of the caller's customers, at today's prices."""
        data = validated(NewOrderSerializer, request.data)

        def create() -> Answer:
            order, items = services.create_order(owner=request.user, **data)
            location = request.build_absolute_uri(f"{order.pk}/")
            return Answer(HTTP_201_CREATED, order.as_row(items), {"Location": location})

        return once(request, user_id=request.user.pk, operation="create_order", payload=data, work=create)

    def retrieve(self, request: AuthenticatedRequest, pk: int) -> Response:
        """One of the caller's orders."""
        return Response(Order.objects.for_user(request.user).row(pk=pk))

    def partial_update(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Send a pending order elsewhere."""
        data = validated(AddressChangeSerializer, request.data)
        orders = Order.objects.for_user(request.user)
        return Response(services.change_shipping_address(orders=orders, order_id=pk, **data).as_row())

    @action(detail=True, methods=["post"])
    def confirm(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Accept a pending order; its customer is told by mail."""
        orders = Order.objects.for_user(request.user)
        return Response(services.confirm_order(orders=orders, order_id=pk).as_row())

    @action(detail=True, methods=["post"])
    def ship(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Hand a confirmed order to the carrier."""
        data = validated(ShipmentSerializer, request.data)
        return Response(services.ship_order(user=request.user, order_id=pk, **data).as_row())

    @action(detail=True, methods=["post"])
    def cancel(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Call off an order that has not left yet."""
        orders = Order.objects.for_user(request.user)
        return Response(services.cancel_order(orders=orders, order_id=pk).as_row())
