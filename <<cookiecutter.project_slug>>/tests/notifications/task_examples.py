"""Example calls of the tasks for the digest."""

from datetime import UTC, datetime
from typing import Any

from tests.orders.factories import OrderFactory

DAY = "2026-11-24"


def an_order_of_the_day_before() -> dict[str, Any]:
    OrderFactory.create(created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    return {"day": DAY}


def its_owner() -> dict[str, Any]:
    order = OrderFactory.create(created_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    return {"day": DAY, "user_id": order.owner_id}


TASKS = {
    "apps.notifications.tasks.send_digests": an_order_of_the_day_before,
    "apps.notifications.tasks.send_digest": its_owner,
}
