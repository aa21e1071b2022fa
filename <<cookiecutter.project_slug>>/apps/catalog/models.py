"""Products."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete, post_save

from apps.catalog.cache import forget_products_on_commit


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products. What changes many at once sends no signals, so it clears the cache itself."""

    def search(self, text: str) -> "ProductQuerySet":
        """Return the products whose name or SKU contains `text`, in upper or lower case."""
        return self.filter(Q(name__icontains=text) | Q(sku__icontains=text))

    def update(self, **values: Any) -> int:
        updated = super().update(**values)
        forget_products_on_commit(using=self.db)
        return updated

    def bulk_create(self, *args: Any, **options: Any) -> "list[Product]":
        created = super().bulk_create(*args, **options)
        forget_products_on_commit(using=self.db)
        return created


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


for signal in (post_save, post_delete):
    signal.connect(forget_products_on_commit, sender=Product)
