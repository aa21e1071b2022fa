"""Customers and orders over HTTP: every object is looked for among the caller's own, so another's is a 404."""

from django.http import HttpResponse
from ninja import Query, Router

from apps.accounts.api.security import AuthenticatedRequest
from apps.api.ninja import PageParameters, once, paginated, respond
from apps.api.openapi import IDEMPOTENCY_KEY
from apps.idempotency.services import Answer
from apps.orders import services
from apps.orders.api import schemas
from apps.orders.models import Customer, Order

router = Router()


@router.get("customers/", response=schemas.CustomerPage, operation_id="customers_list")
def list_customers(request: AuthenticatedRequest, parameters: Query[PageParameters]) -> HttpResponse:
    """The caller's customers, newest first."""
    return paginated(request, Customer.objects.for_user(request.user).newest_first(), parameters)


@router.post("customers/", response={201: schemas.Customer}, operation_id="customers_create")
def create_customer(request: AuthenticatedRequest, data: schemas.NewCustomer) -> HttpResponse:
    """Add a customer."""
    customer = services.create_customer(owner=request.user, **data.dict())
    location = request.build_absolute_uri(f"{customer.pk}/")
    return respond(customer.as_row(), status=201, headers={"Location": location})


@router.get("customers/{int:pk}/", response=schemas.Customer, operation_id="customers_retrieve")
def retrieve_customer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One of the caller's customers."""
    return respond(Customer.objects.for_user(request.user).row(pk=pk))


@router.patch("customers/{int:pk}/", response=schemas.Customer, operation_id="customers_partial_update")
def update_customer(request: AuthenticatedRequest, pk: int, data: schemas.CustomerChange) -> HttpResponse:
    """Change a customer."""
    customers = Customer.objects.for_user(request.user)
    changes = data.dict(exclude_unset=True)
    return respond(services.update_customer(customers=customers, customer_id=pk, **changes).as_row())


@router.delete("customers/{int:pk}/", response={204: None}, operation_id="customers_destroy")
def delete_customer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Delete a customer who never ordered."""
    services.delete_customer(customers=Customer.objects.for_user(request.user), customer_id=pk)
    return HttpResponse(status=204)


@router.get("orders/", response=schemas.OrderPage, operation_id="orders_list")
def list_orders(request: AuthenticatedRequest, filters: Query[schemas.OrderFilters]) -> HttpResponse:
    """The caller's orders, newest first."""
    return paginated(request, Order.objects.for_user(request.user).newest_first(), filters)


@router.post(
    "orders/",
    response={201: schemas.Order},
    operation_id="orders_create",
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
def create_order(request: AuthenticatedRequest, data: schemas.NewOrder) -> HttpResponse:
    """Order products for one of the caller's customers, at today's prices."""
    payload = data.dict()

    def create() -> Answer:
        order, items = services.create_order(owner=request.user, **payload)
        location = request.build_absolute_uri(f"{order.pk}/")
        return Answer(201, order.as_row(items), {"Location": location})

    return once(request, user_id=request.user.pk, operation="create_order", payload=payload, work=create)


@router.get("orders/{int:pk}/", response=schemas.Order, operation_id="orders_retrieve")
def retrieve_order(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One of the caller's orders."""
    return respond(Order.objects.for_user(request.user).row(pk=pk))


@router.patch("orders/{int:pk}/", response=schemas.Order, operation_id="orders_partial_update")
def update_order(request: AuthenticatedRequest, pk: int, data: schemas.AddressChange) -> HttpResponse:
    """Send a pending order elsewhere."""
    orders = Order.objects.for_user(request.user)
    return respond(services.change_shipping_address(orders=orders, order_id=pk, **data.dict()).as_row())


@router.post("orders/{int:pk}/confirm/", response=schemas.Order, operation_id="orders_confirm_create")
def confirm_order(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Accept a pending order; its customer is told by mail."""
    return respond(services.confirm_order(orders=Order.objects.for_user(request.user), order_id=pk).as_row())


@router.post("orders/{int:pk}/ship/", response=schemas.Order, operation_id="orders_ship_create")
def ship_order(request: AuthenticatedRequest, pk: int, data: schemas.Shipment) -> HttpResponse:
    """Hand a confirmed order to the carrier."""
    return respond(services.ship_order(user=request.user, order_id=pk, **data.dict()).as_row())


@router.post("orders/{int:pk}/cancel/", response=schemas.Order, operation_id="orders_cancel_create")
def cancel_order(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Call off an order that has not left yet."""
    return respond(services.cancel_order(orders=Order.objects.for_user(request.user), order_id=pk).as_row())
