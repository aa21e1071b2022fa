from typing import Any

from django.db.models import Q

from apps.api.querysets import RowQuerySet
from apps.api.text import money_text


class LegacyProducts(RowQuerySet[Any, Any]):
    def matching(self, *, search: str = "", available: bool | None = None) -> Any:
        products = self
        if search:
            products = products.filter(Q(name__icontains=search) | Q(sku__icontains=search))
        return products if available is None else products.filter(available=available)

    def by_name(self) -> Any:
        return self.order_by("name", "id")

    def rows(self) -> list[Any]:
        columns = ("id", "sku", "name", "price", "available")
        return [dict(zip(columns, row, strict=True)) | {"price": money_text(row[3])} for row in self.values_list(*columns)]
