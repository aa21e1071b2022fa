"""The worked example of docs/migrations.md: a required column for products that exist already."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from apps.catalog.models import Product
from proofs.postgresql import on_postgresql
from tests.catalog.factories import ProductFactory
from tools.databases import empty_database, migrate

BEFORE, NULLABLE, FILLED, REQUIRED = (
    "0001_initial",
    "0002_product_sku",
    "0003_fill_product_sku",
    "0004_require_product_sku",
)


def products_at(name: str) -> Any:
    """Return the products as the release with this migration sees them."""
    state = MigrationLoader(connection).project_state(("catalog", name))
    return state.apps.get_model("catalog", "Product").objects


@pytest.mark.django_db(transaction=True)
def test_old_products_get_a_sku_in_three_deployments_while_each_previous_release_writes() -> None:
    with empty_database():
        migrate(("catalog", BEFORE))
        lamp = products_at(BEFORE).create(name="Lamp", price=1)

        migrate(("catalog", NULLABLE))
        shade = products_at(BEFORE).create(name="Shade", price=1)
        products_at(NULLABLE).create(name="Bulb", price=1, sku="B-1")

        migrate(("catalog", FILLED))
        products_at(NULLABLE).create(name="Cord", price=1, sku="C-1")
        skus = dict(products_at(FILLED).values_list("name", "sku"))
        assert skus == {"Lamp": f"P-{lamp.pk}", "Shade": f"P-{shade.pk}", "Bulb": "B-1", "Cord": "C-1"}

        migrate(("catalog", REQUIRED))
        products_at(FILLED).create(name="Plug", price=1, sku="P")
        with pytest.raises(IntegrityError), transaction.atomic():
            products_at(FILLED).create(name="Fuse", price=1)


@pytest.mark.django_db(transaction=True)
def test_each_deployment_can_be_taken_back_without_losing_a_product() -> None:
    with empty_database():
        migrate(("catalog", REQUIRED))
        products_at(REQUIRED).create(name="Lamp", price=1, sku="L-1")

        for name in (FILLED, NULLABLE):
            migrate(("catalog", name))
            assert products_at(name).get().sku == "L-1"
        migrate(("catalog", BEFORE))
        assert products_at(BEFORE).get().name == "Lamp"


@on_postgresql
@pytest.mark.django_db
def test_the_search_for_products_can_use_its_index() -> None:
    ProductFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")

    plan = Product.objects.matching(search="lamp").order_by().explain()

    assert "product_search" in plan
