"""Products."""

import random
from decimal import Decimal
from uuid import uuid4

from django.db.models import F
from django.http.response import HttpResponseBase
from django.test import Client

from apps.catalog.models import Product


def load(rows: int) -> None:
    products = (Product(name=f"Product {n}", sku=f"S-{n}", price=Decimal(n % 100)) for n in range(rows))
    Product.objects.bulk_create(products, batch_size=5000)


def list_products(client: Client) -> HttpResponseBase:
    return client.get("/api/v1/products/")


def read_product(client: Client) -> HttpResponseBase:
    return client.get(f"/api/v1/products/{random_pk()}/")


def add_product(client: Client) -> None:
    Product.objects.create(name="New", sku=f"N-{uuid4()}", price=Decimal(1))


def change_price(client: Client) -> None:
    Product.objects.filter(pk=random_pk()).update(price=F("price") + 1)


def random_pk() -> int:
    """Return the primary key of one of the first hundred products."""
    return random.choice(Product.objects.order_by("pk").values_list("pk", flat=True)[:100])  # noqa: S311 - no secret


REQUESTS = [list_products, read_product, add_product, change_price]
