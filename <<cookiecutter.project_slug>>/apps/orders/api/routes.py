"""Customers and orders of the current user."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query

from apps.accounts.api.security import AuthenticatedRequest
from apps.api.ninja.pagination import PaginatedRouter
from apps.idempotency.ninja import idempotent
from apps.orders import services
from apps.orders.api import schemas
from apps.orders.models import Customer, Order

router = PaginatedRouter()

orders = Order.objects.with_details()


@router.get("customers/", response=list[schemas.CustomerOut])
def customers_list(request: AuthenticatedRequest) -> QuerySet[Customer]:
    """List customers, newest first."""
    return Customer.objects.for_user(request.user)


@router.post("customers/", response={201: schemas.CustomerOut})
def customers_create(request: AuthenticatedRequest, data: schemas.CustomerIn, response: HttpResponse) -> Customer:
    """Create a customer."""
    customer = services.create_customer(owner=request.user, **data.dict(exclude_unset=True))
    response["Location"] = request.build_absolute_uri(f"{customer.pk}/")
    return customer


@router.get("customers/{int:customer_id}/", response=schemas.CustomerOut)
def customers_retrieve(request: AuthenticatedRequest, customer_id: int) -> Customer:
    """Get a customer."""
    return get_object_or_404(Customer.objects.for_user(request.user), pk=customer_id)


@router.patch("customers/{int:customer_id}/", response=schemas.CustomerOut)
def customers_partial_update(request: AuthenticatedRequest, customer_id: int, data: schemas.CustomerUpdate) -> Customer:
    """Update a customer."""
    customers = Customer.objects.for_user(request.user)
    return services.update_customer(customers=customers, customer_id=customer_id, **data.dict(exclude_unset=True))


@router.delete("customers/{int:customer_id}/", response={204: None})
def customers_destroy(request: AuthenticatedRequest, customer_id: int) -> None:
    """Delete a customer without orders."""
    services.delete_customer(customers=Customer.objects.for_user(request.user), customer_id=customer_id)


@router.get("orders/", response=list[schemas.OrderOut])
def orders_list(request: AuthenticatedRequest, filters: Query[schemas.OrderFilters]) -> QuerySet[Order]:
    """List orders, newest first."""
    return filters.filter(orders.for_user(request.user))


@router.post("orders/", response={201: schemas.OrderOut})
@idempotent
def orders_create(request: AuthenticatedRequest, data: schemas.OrderIn, response: HttpResponse) -> Order:
    """Create an order at current prices."""
    order = services.create_order(owner=request.user, **data.dict(exclude_unset=True))
    response["Location"] = request.build_absolute_uri(f"{order.pk}/")
    return order


@router.get("orders/{int:order_id}/", response=schemas.OrderOut)
def orders_retrieve(request: AuthenticatedRequest, order_id: int) -> Order:
    """Get an order."""
    return get_object_or_404(orders.for_user(request.user), pk=order_id)


@router.patch("orders/{int:order_id}/", response=schemas.OrderOut)
def orders_partial_update(request: AuthenticatedRequest, order_id: int, data: schemas.OrderUpdate) -> Order:
    """Update the shipping address of a pending order."""
    return services.update_order(
        orders=orders.for_user(request.user), order_id=order_id, **data.dict(exclude_unset=True)
    )


@router.post("orders/{int:order_id}/confirm/", response=schemas.OrderOut)
def orders_confirm_create(request: AuthenticatedRequest, order_id: int) -> Order:
    """Confirm a pending order."""
    return services.confirm_order(orders=orders.for_user(request.user), order_id=order_id)


@router.post("orders/{int:order_id}/ship/", response=schemas.OrderOut)
def orders_ship_create(request: AuthenticatedRequest, order_id: int, data: schemas.OrderShipment) -> Order:
    """Ship a confirmed order."""
    return services.ship_order(orders=orders, user=request.user, order_id=order_id, **data.dict())


@router.post("orders/{int:order_id}/cancel/", response=schemas.OrderOut)
def orders_cancel_create(request: AuthenticatedRequest, order_id: int) -> Order:
    """Cancel an order that has not shipped."""
    return services.cancel_order(orders=orders.for_user(request.user), order_id=order_id)
