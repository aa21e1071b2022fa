"""Factory of products."""

from decimal import Decimal

import factory

from apps.catalog.models import Product


class ProductFactory(factory.django.DjangoModelFactory[Product]):
    """A product that can be ordered."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"SKU-{n:05}")
    name = factory.Sequence(lambda n: f"Product {n:05}")
    price = Decimal("12.50")
