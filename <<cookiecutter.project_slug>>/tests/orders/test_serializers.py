"""Serializers of orders."""

from typing import Any

import pytest
from rest_framework import serializers

from apps.orders.api.serializers import OrderCreateSerializer, OrderSerializer
from apps.orders.models import Order
from tests.orders.factories import OrderFactory

BODY = {"customer": 1, "shipping_address": " 1 High Street ", "items": [{"product": 4, "quantity": 2}]}


def codes_of(errors: Any) -> str:
    """Return the codes of all errors."""
    return str(serializers.ValidationError(errors).get_codes())


def test_takes_what_an_order_needs() -> None:
    serializer = OrderCreateSerializer(data=BODY)

    assert serializer.is_valid(), serializer.errors
    assert serializer.validated_data == {**BODY, "shipping_address": "1 High Street"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer": "x"}, "invalid"),
        ({"items": [{"product": 4}]}, "required"),
        ({"items": [{"product": 4, "quantity": 0}]}, "min_value"),
        ({"shipping_address": "x" * 501}, "max_length"),
        ({"status": "shipped"}, "unknown_field"),
    ],
)
def test_refuses_what_is_no_order(changes: dict[str, Any], code: str) -> None:
    serializer = OrderCreateSerializer(data={**BODY, **changes})

    assert not serializer.is_valid()
    assert code in codes_of(serializer.errors)


@pytest.mark.django_db
def test_shows_one_order_as_the_compiled_list_does() -> None:
    OrderFactory.create_batch(2, items=2)
    orders = Order.objects.with_details()

    compiled: Any = OrderSerializer(orders, many=True).data

    assert compiled == [dict(OrderSerializer(order).data) for order in orders]
