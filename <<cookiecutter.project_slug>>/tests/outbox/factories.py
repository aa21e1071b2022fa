"""Factory of outbox tasks."""

import factory

from apps.outbox.models import OutboxTask, State


class OutboxTaskFactory(factory.django.DjangoModelFactory[OutboxTask]):
    """A failed task that deletes expired sessions."""

    class Meta:
        model = OutboxTask

    task_id = factory.Sequence(lambda n: f"task-{n}")
    name = "apps.accounts.tasks.clear_expired_sessions"
    queue = "maintenance"
    state = State.FAILED
    exception = "ConnectionError: the database is away"
