"""A catalogue of furniture and what goes with it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from apps.catalog.models import Product
from apps.demo.data import DemoData

# What it is, the beginning of its SKU, and about what it costs.
THINGS = [
    ("Armchair", "ARM", 340),
    ("Bench", "BEN", 190),
    ("Blanket", "BLA", 60),
    ("Bookcase", "BOO", 230),
    ("Bowl", "BOW", 25),
    ("Chest of drawers", "CHE", 310),
    ("Coat stand", "COA", 80),
    ("Coffee table", "COF", 160),
    ("Cushion", "CUS", 30),
    ("Desk", "DES", 390),
    ("Desk lamp", "LAM", 70),
    ("Dining chair", "DIN", 120),
    ("Dining table", "TAB", 680),
    ("Floor lamp", "FLO", 140),
    ("Mirror", "MIR", 90),
    ("Plant pot", "POT", 20),
    ("Rug", "RUG", 210),
    ("Shelf", "SHE", 50),
    ("Side table", "SID", 95),
    ("Sofa", "SOF", 1250),
    ("Stool", "STO", 65),
    ("Vase", "VAS", 35),
    ("Wardrobe", "WAR", 720),
    ("Wall clock", "CLO", 45),
]
STYLES = [("Ashby", 8), ("Hollin", 10), ("Kestrel", 12), ("Marlow", 14), ("Tern", 9)]
UNAVAILABLE_PERCENT = 8


class Demo(DemoData):
    def load(self, *, owner: Any, random: Random, options: Mapping[str, Any]) -> Iterator[str]:
        if present := Product.objects.count():
            yield f"{present} products, already there"
            return
        products = [
            Product(
                sku=f"{code}-{style[:3].upper()}",
                name=f"{style} {thing.lower()}",
                price=Decimal(round(usual * factor / 10 * random.uniform(0.9, 1.1))) - Decimal("0.10"),
                available=random.randrange(100) >= UNAVAILABLE_PERCENT,
            )
            for thing, code, usual in THINGS
            for style, factor in STYLES
        ]
        Product.objects.bulk_create(products)
        yield f"{len(products)} products"
