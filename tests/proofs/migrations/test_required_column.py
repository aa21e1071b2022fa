"""The walk-through of docs/migrations.md: a required column for existing products, in three deployments."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django.fixtures import Settings

from tools.databases import empty_database

BEFORE, NULLABLE, FILLED, REQUIRED = (
    "0001_initial",
    "0002_product_sku",
    "0003_fill_product_sku",
    "0004_require_product_sku",
)


@pytest.fixture(autouse=True)
def _migrations(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {
        "catalog": "proofs.migrations.sku.migrations",
        "orders": None,
        "notifications": None,
    }


def migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("catalog", name)])


def products_at(name: str) -> Any:
    """Return the products as the release with this migration sees them."""
    state = MigrationLoader(connection).project_state(("catalog", name))
    return state.apps.get_model("catalog", "Product").objects


@pytest.mark.django_db(transaction=True)
def test_old_products_get_a_sku_in_three_deployments_while_each_previous_release_writes() -> None:
    with empty_database():
        migrate(BEFORE)
        lamp = products_at(BEFORE).create(name="Lamp")

        migrate(NULLABLE)
        shade = products_at(BEFORE).create(name="Shade")
        products_at(NULLABLE).create(name="Bulb", sku="B-1")

        migrate(FILLED)
        products_at(NULLABLE).create(name="Cord", sku="C-1")
        skus = dict(products_at(FILLED).values_list("name", "sku"))
        assert skus == {"Lamp": f"P-{lamp.pk}", "Shade": f"P-{shade.pk}", "Bulb": "B-1", "Cord": "C-1"}

        migrate(REQUIRED)
        products_at(FILLED).create(name="Plug", sku="P")
        with pytest.raises(IntegrityError), transaction.atomic():
            products_at(FILLED).create(name="Fuse")


@pytest.mark.django_db(transaction=True)
def test_each_deployment_can_be_taken_back_without_losing_a_product() -> None:
    with empty_database():
        migrate(REQUIRED)
        products_at(REQUIRED).create(name="Lamp", sku="L-1")

        for name in (FILLED, NULLABLE):
            migrate(name)
            assert products_at(name).get().sku == "L-1"
        migrate(BEFORE)
        assert products_at(BEFORE).get().name == "Lamp"
