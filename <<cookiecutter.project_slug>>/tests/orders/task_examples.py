"""Example calls of the tasks for orders."""

from typing import Any

from apps.orders.choices import OrderStatus
from tests.orders.factories import OrderFactory


def a_confirmed_order() -> dict[str, Any]:
    return {"order_id": OrderFactory.create(status=OrderStatus.CONFIRMED).pk}


TASKS = {"apps.orders.tasks.send_order_confirmation": a_confirmed_order}
