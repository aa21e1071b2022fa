"""Products over HTTP."""

from ninja import Schema
from pydantic import Field

from apps.api.ninja import Money, Page, PageParameters, QueryBoolean, Text


class Product(Schema):
    id: int
    sku: str
    name: str
    price: Money
    available: bool


class ProductPage(Page[Product]):
    """One page of products."""


class ProductFilters(PageParameters):
    search: Text = Field("", max_length=100, description="Part of the name or SKU.")
    available: QueryBoolean | None = None
