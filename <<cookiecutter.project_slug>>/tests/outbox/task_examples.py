"""Example calls of the tasks that keep the outbox in order."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.outbox.models import State
from tests.outbox.factories import OutboxTaskFactory

LONG_AGO = timezone.now() - timedelta(days=365)


def a_lost_task() -> dict[str, Any]:
    OutboxTaskFactory.create(state=State.QUEUED, next_attempt_at=LONG_AGO)
    return {}


TASKS = {
    "apps.outbox.tasks.send_overdue": a_lost_task,
    "apps.outbox.tasks.watch_queues": dict,
}
