"""Enqueue, send and replay background tasks."""

import logging
from datetime import timedelta
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.utils.json import dumps, loads

from apps.observability.context import get_current_user, get_request_id
from apps.outbox import broker
from apps.outbox.models import OutboxTask, State

if TYPE_CHECKING:  # it imports this module
    from apps.outbox.base import BaseTask

logger = logging.getLogger(__name__)

# How long a task may take beside its time limit until it is sent again; doubled with each attempt.
GRACE = 60
# A task that has not finished after this many attempts, or this long, has failed.
MAX_ATTEMPTS = 8
MAX_AGE = timedelta(days=3)
# How many tasks one run of `send_overdue` sends, and how many in one transaction.
MAX_SENT = 5000
BATCH = 100


def enqueue(task: "BaseTask", *args: Any, **kwargs: Any) -> None:
    """Run `task` with these JSON arguments on a worker once the current transaction is committed. One query.

    The task is part of that transaction, and is sent until it has finished: it may run twice.
    """
    signature(task.run).bind(*args, **kwargs)  # raises here what would otherwise fail on a worker
    user = get_current_user(load=False)
    entry = OutboxTask.objects.create(
        **description(task, args, kwargs),
        task_id=str(uuid4()),
        request_id=get_request_id(),
        user_id=str(user.pk) if user else "",
        next_attempt_at=timezone.now() + allowance(task),
    )
    transaction.on_commit(partial(send, entry), robust=True)


def description(task: "BaseTask", args: Any, kwargs: Any) -> dict[str, str]:
    """Return the fields of an entry that say what to run."""
    return {"name": task.name, "queue": task.queue_name, "args": dumps(args), "kwargs": dumps(kwargs)}


def allowance(task: Any, attempts: int = 1) -> timedelta:
    """Return how long a task may take from an attempt to its end."""
    limit = task.time_limit if task else current_app.conf.task_time_limit
    return timedelta(seconds=(limit + GRACE) * 2 ** (attempts - 1))


def send(entry: OutboxTask) -> bool:
    """Send a task to its queue; return False if the broker is down."""
    headers = {"outbox": entry.attempts, "request_id": entry.request_id, "user_id": entry.user_id}
    try:
        task = current_app.tasks[entry.name]
        return broker.publish(task, loads(entry.args), loads(entry.kwargs), task_id=entry.task_id, headers=headers)
    except Exception:
        logger.exception("Task %s could not be sent", entry)
        return True


def send_overdue() -> int:
    """Send queued tasks again that should have finished, and return how many; those that never do have failed.

    Each attempt moves a task back in the order, so neither old nor new tasks wait for the others. A full queue is left
    alone, as the tasks are probably in it. Of two processes at once, each sends other tasks.
    """
    now = timezone.now()
    due = OutboxTask.objects.filter(state=State.QUEUED, next_attempt_at__lte=now)
    exception = "It was sent and never finished: its workers died, or none of them knows it."
    exhausted = due.filter(Q(attempts__gte=MAX_ATTEMPTS) | Q(queued_at__lt=now - MAX_AGE))
    if failed := exhausted.update(state=State.FAILED, failed_at=now, exception=exception):
        logger.error("%s tasks never finished", failed)
    full = [queue for queue, depth in broker.queue_depths().items() if depth >= MAX_SENT]
    due = due.exclude(queue__in=full).order_by("next_attempt_at")
    total = 0
    while total < MAX_SENT and (sent := _send_batch(due)):
        total += sent
    return total


@transaction.atomic
def _send_batch(due: QuerySet[OutboxTask]) -> int:
    sent = []
    for entry in due.select_for_update(skip_locked=True)[:BATCH]:
        entry.attempts += 1
        if not send(entry):  # audit: ignore[TRX001] the rows that the lock is for, committed long ago
            OutboxTask.objects.filter(pk=entry.pk).update(next_attempt_at=timezone.now())  # others first, next time
            break
        entry.next_attempt_at = timezone.now() + allowance(current_app.tasks.get(entry.name), entry.attempts)
        sent.append(entry)
    OutboxTask.objects.bulk_update(sent, ["attempts", "next_attempt_at"])
    return len(sent)


def replay(tasks: QuerySet[OutboxTask]) -> int:
    """Queue those of `tasks` that failed, as if for the first time, and return how many. One query.

    A worker sends them: of thousands that takes too long for a request.
    """
    now = timezone.now()
    failed = tasks.filter(state=State.FAILED)
    count = failed.update(state=State.QUEUED, attempts=0, queued_at=now, next_attempt_at=now)
    sweep = current_app.tasks["apps.outbox.tasks.send_overdue"]
    transaction.on_commit(partial(broker.publish, sweep, (), {}), robust=True)
    return count
