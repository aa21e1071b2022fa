"""Makes dead letters."""

import json
from typing import Any

import factory

from apps.outbox.models import DeadLetter, Reason


class DeadLetterFactory(factory.django.DjangoModelFactory[DeadLetter]):
    """A task that clears sessions and failed, waiting; `arguments` are those it was sent with."""

    class Meta:
        model = DeadLetter

    class Params:
        arguments: dict[str, Any] = {}

    task_id = factory.Sequence(lambda n: f"task-{n}")
    task = "apps.accounts.tasks.clear_expired_sessions"
    kwargs = factory.LazyAttribute(lambda letter: json.dumps(letter.arguments))
    queue = "maintenance"
    reason = Reason.FAILED
    exception = "ConnectionError: the database is away"
    traceback = "Traceback (most recent call last):\n  File …\nConnectionError: the database is away"
    attempts = 9
