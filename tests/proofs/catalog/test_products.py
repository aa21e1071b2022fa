from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from apps.catalog.models import Product
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_a_search_finds_parts_of_names_and_skus_in_upper_and_lower_case() -> None:
    lamp, _ = ProductFactory.create(name="Lamp", sku="X-1"), ProductFactory.create(name="Table", sku="Y-2")

    assert list(Product.objects.search("LAM")) == list(Product.objects.search("x-")) == [lamp]


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
