"""Makes tasks in the outbox."""

import json
from typing import Any

import factory
from django.utils import timezone

from apps.outbox.models import OutboxTask, State


class OutboxTaskFactory(factory.django.DjangoModelFactory[OutboxTask]):
    """A queued task; `arguments` are its keyword arguments."""

    class Meta:
        model = OutboxTask

    class Params:
        arguments: dict[str, Any] = {}

    task_id = factory.Sequence(lambda n: f"task-{n}")
    name = "apps.accounts.tasks.clear_expired_sessions"
    kwargs = factory.LazyAttribute(lambda task: json.dumps(task.arguments))
    queue = "maintenance"


class FailedTaskFactory(OutboxTaskFactory):
    """A task that failed for good."""

    state = State.FAILED
    exception = "ConnectionError: the database is away"
    traceback = "Traceback (most recent call last):\n  File …\nConnectionError: the database is away"
    attempts = 9
    failed_at = factory.LazyFunction(timezone.now)
