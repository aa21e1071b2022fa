"""What the shop sells."""

from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from apps.catalog.rows import PRODUCT_COLUMNS, ProductRow, product_row
from apps.cache.reads import SharedReads
from apps.cache.rows import CachedRowQuerySet

PRODUCTS = SharedReads("products", seconds=60)


class ProductQuerySet(CachedRowQuerySet["Product", ProductRow]):
    """Every read of products."""

    reads = PRODUCTS

    def matching(self, *, search: str = "", available: bool | None = None) -> Self:
        """Products whose name or SKU contains `search`, whatever the case, and that are `available` or not."""
        products = self
        if search:
            products = products.filter(Q(name__icontains=search) | Q(sku__icontains=search))
        if available is not None:
            products = products.filter(available=available)
        return products

    def by_name(self) -> Self:
        """In the order of a catalogue."""
        return self.order_by("name", "id")

    def fresh_rows(self) -> list[ProductRow]:
        """Plain rows of these products. One query."""
        return [product_row(*values) for values in self.values_list(*PRODUCT_COLUMNS)]


class Product(models.Model):
    """Something that can be ordered, at its current price."""

    sku = models.CharField("SKU", max_length=40, unique=True, help_text="Stock keeping unit, unique in the shop.")
    name = models.CharField(max_length=200)
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    available = models.BooleanField(default=True, help_text="Only available products can be ordered.")

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="product_by_name"),
            models.Index(fields=["available", "name", "id"], name="product_by_availability"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
