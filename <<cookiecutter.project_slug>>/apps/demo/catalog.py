"""Demo products: furniture."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from apps.catalog.models import Product

# Name, SKU prefix and usual price.
THINGS = [
    ("Armchair", "ARM", 340),
    ("Bookcase", "BOO", 230),
    ("Coffee table", "COF", 160),
    ("Cushion", "CUS", 30),
    ("Desk", "DES", 390),
    ("Desk lamp", "LAM", 70),
    ("Dining chair", "DIN", 120),
    ("Mirror", "MIR", 90),
    ("Sofa", "SOF", 1250),
    ("Wardrobe", "WAR", 720),
]
STYLES = [("Ashby", 8), ("Brill", 13), ("Elm", 11), ("Hollin", 10), ("Kestrel", 12), ("Marlow", 14), ("Tern", 9)]


def create_products(*, seed: int) -> Iterator[str]:
    if present := Product.objects.count():
        yield f"{present} products, already there"
        return
    random = Random(seed)  # noqa: S311 - demo data, not secrets
    products = [
        Product(
            sku=f"{code}-{style[:3].upper()}",
            name=f"{style} {thing.lower()}",
            price=Decimal(round(usual * factor / 10 * random.uniform(0.9, 1.1))) - Decimal("0.10"),
            available=random.random() > 0.08,
        )
        for thing, code, usual in THINGS
        for style, factor in STYLES
    ]
    Product.objects.bulk_create(products)
    yield f"{len(products)} products"
