"""Products as the API shows them."""

from decimal import Decimal
from typing import TypedDict

from apps.api.text import money_text

PRODUCT_COLUMNS = ("id", "sku", "name", "price", "available")


class ProductRow(TypedDict):
    id: int
    sku: str
    name: str
    price: str
    available: bool


def product_row(pk: int, sku: str, name: str, price: Decimal, available: bool) -> ProductRow:  # noqa: FBT001 - a column
    """Return the row for the values of PRODUCT_COLUMNS."""
    return {"id": pk, "sku": sku, "name": name, "price": money_text(price), "available": available}
