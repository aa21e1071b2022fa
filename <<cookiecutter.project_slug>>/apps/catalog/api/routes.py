"""Operations on products."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from ninja.pagination import paginate

from apps.api.ninja.pagination import CursorPagination, PaginatedRouter
from apps.catalog.api.schemas import ProductFilters, ProductOut
from apps.catalog.cache import cached_products
from apps.catalog.models import Product

router = PaginatedRouter()


def cached(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate an operation whose response `cached_products` may keep."""

    @wraps(operation)
    def wrapper(request: HttpRequest, **kwargs: Any) -> Any:
        return cached_products(request, lambda: operation(request, **kwargs))

    return wrapper


@router.get("products/", response=list[ProductOut])
@cached
@paginate(CursorPagination)
def products_list(request: HttpRequest, filters: Query[ProductFilters]) -> QuerySet[Product]:
    """List products by name."""
    return filters.filter(Product.objects.all())


@router.get("products/{int:product_id}/", response=ProductOut)
def products_retrieve(request: HttpRequest, product_id: int) -> Product:
    """Get a product."""
    return get_object_or_404(Product, pk=product_id)
