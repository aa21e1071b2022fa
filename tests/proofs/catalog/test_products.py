from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from apps.api.errors import NotFound
from apps.catalog.models import Product
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_rows_take_one_query_for_any_number(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ProductFactory.create_batch(3, price=Decimal("1.5"))

    with django_assert_num_queries(1):
        rows = Product.objects.by_name().rows()

    assert [row["price"] for row in rows] == ["1.50"] * 3


def test_one_row_is_found_or_not() -> None:
    lamp = ProductFactory.create(name="Lamp")

    assert Product.objects.all().row(pk=lamp.pk)["name"] == "Lamp"
    with pytest.raises(NotFound):
        Product.objects.all().row(pk=lamp.pk + 1)


def test_a_sku_is_given_once() -> None:
    ProductFactory.create(sku="L-1")

    with pytest.raises(IntegrityError):
        ProductFactory.create(sku="L-1")


def test_a_price_is_never_negative_in_forms_and_in_the_database() -> None:
    with pytest.raises(ValidationError):
        ProductFactory.build(price=Decimal("-0.01")).full_clean()
    with pytest.raises(IntegrityError, match="product_price_not_negative"):
        ProductFactory.create(price=Decimal("-0.01"))


def test_a_product_is_called_by_its_name() -> None:
    assert str(Product(name="Lamp")) == "Lamp"
