"""What the tests of the shop's API share."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.catalog.models import Product
from apps.orders.models import Customer
from tests.catalog.factories import ProductFactory
from tests.orders.factories import CustomerFactory


@pytest.fixture
def customer(user: User) -> Customer:
    """A customer of the caller."""
    return CustomerFactory.create(owner=user)


@pytest.fixture
def product(db: None) -> Product:
    """Something to order."""
    return ProductFactory.create()


@pytest.fixture
def new_order(customer: Customer, product: Product) -> dict[str, Any]:
    """A body that makes an order."""
    return {
        "customer": customer.pk,
        "shipping_address": "1 High Street",
        "items": [{"product": product.pk, "quantity": 2}],
    }
