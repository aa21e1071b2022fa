"""Products."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from apps.api.ninja.pagination import PaginatedRouter
from apps.catalog.api.schemas import ProductFilters, ProductOut
from apps.catalog.models import Product

router = PaginatedRouter()


@router.get("products/", response=list[ProductOut])
def products_list(request: HttpRequest, filters: Query[ProductFilters]) -> QuerySet[Product]:
    """List products by name."""
    return filters.filter(Product.objects.all())


@router.get("products/{int:product_id}/", response=ProductOut)
def products_retrieve(request: HttpRequest, product_id: int) -> Product:
    """Get a product."""
    return get_object_or_404(Product, pk=product_id)
