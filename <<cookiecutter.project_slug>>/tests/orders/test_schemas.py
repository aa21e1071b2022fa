"""Schemas of orders."""

from typing import Any

import pytest
from pydantic import ValidationError

from apps.orders.api.schemas import OrderIn, OrderOut
from apps.orders.models import Order
from tests.orders.factories import OrderFactory

BODY = {"customer": 1, "shipping_address": " 1 High Street ", "items": [{"product": 4, "quantity": 2}]}


def test_takes_what_an_order_needs() -> None:
    assert OrderIn(**BODY).dict(exclude_unset=True) == {**BODY, "shipping_address": "1 High Street"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer": "x"}, "customer"),
        ({"items": [{"product": 4}]}, "quantity"),
        ({"items": [{"product": 4, "quantity": 0}]}, "quantity"),
        ({"shipping_address": "x" * 501}, "shipping_address"),
        ({"status": "shipped"}, "status"),
    ],
)
def test_refuses_what_is_no_order(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        OrderIn(**{**BODY, **changes})

    assert [error["loc"][-1] for error in caught.value.errors()] == [field]


@pytest.mark.django_db
def test_shows_an_order() -> None:
    OrderFactory.create(items=2, customer__name="Ada")

    shown = OrderOut.from_orm(Order.objects.with_details().get()).model_dump(mode="json")

    assert (shown["customer"]["name"], shown["status_display"], shown["item_count"]) == ("Ada", "Pending", 2)
    assert shown["total"] == "50.00"
