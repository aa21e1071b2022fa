"""Schemas of products."""

from typing import Annotated

from ninja import FilterLookup, ModelSchema
from pydantic import Field

from apps.api.ninja.schemas import FilterSchema
from apps.catalog.models import Product


class ProductOut(ModelSchema):
    class Meta:
        model = Product
        fields = ["id", "sku", "name", "price", "available"]


class ProductFilters(FilterSchema):
    search: Annotated[str | None, Field(max_length=100), FilterLookup(["name__icontains", "sku__icontains"])] = None
    available: bool | None = None
