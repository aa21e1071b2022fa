"""Products over HTTP."""

from django.http import HttpResponse
from ninja import Query, Router

from apps.accounts.api.security import AuthenticatedRequest
from apps.catalog.api import schemas
from apps.catalog.models import Product
from apps.api.ninja import paginated, respond

router = Router()


@router.get("products/", response=schemas.ProductPage, operation_id="products_list")
def list_products(request: AuthenticatedRequest, filters: Query[schemas.ProductFilters]) -> HttpResponse:
    """The catalogue, by name."""
    return paginated(request, Product.objects.by_name(), filters)


@router.get("products/{int:pk}/", response=schemas.Product, operation_id="products_retrieve")
def retrieve_product(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One product."""
    return respond(Product.objects.all().row(pk=pk))
