"""Every write to the outbox."""

import logging
from datetime import datetime, timedelta
from functools import partial
from inspect import signature
from typing import Any
from uuid import uuid4

from celery import Task, current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.utils.json import dumps, loads

from apps.outbox import broker
from apps.outbox.context import current_context
from apps.outbox.models import OutboxTask, OutboxTaskQuerySet, State

logger = logging.getLogger(__name__)

# Seconds from enqueueing until a task is sent again, beside its own time limit; doubled after each attempt.
GRACE = 60
# A task that has not finished after this many attempts, or this long, has failed.
MAX_ATTEMPTS = 8
MAX_AGE = timedelta(days=3)
# The most tasks that one run of the sweeper sends again, and how many of them in one transaction.
MAX_RESENT = 5000
BATCH = 100
# How long discarded tasks are kept.
KEPT = timedelta(days=90)


def enqueue(task: Task[..., Any], *args: Any, **kwargs: Any) -> None:
    """Run `task` with these JSON arguments on a worker once the current transaction is committed. One query.

    The task is part of that transaction, so nothing that happens later loses it: if it cannot be sent, or its worker
    dies, it is sent again by `send_overdue`. It may run twice.
    """
    signature(task.run).bind(*args, **kwargs)  # a mistake is the caller's, not the worker's
    entry = OutboxTask.objects.create(
        task_id=str(uuid4()),
        name=task.name,
        args=dumps(args),
        kwargs=dumps(kwargs),
        queue=queue_of(task),
        next_attempt_at=timezone.now() + allowance(task.name),
        **current_context(),
    )
    transaction.on_commit(partial(send, entry), robust=True)


def send(entry: OutboxTask) -> bool:
    """Send a task to its queue; return False if the broker is not available."""
    task = current_app.tasks.get(entry.name)
    if task is None:
        logger.error("Task %s is unknown to this release", entry)
        return True
    context = {"request_id": entry.request_id, "user_id": entry.user_id}
    headers = {"outbox": entry.attempts, "context": context}
    try:
        return broker.publish(task, loads(entry.args), loads(entry.kwargs), task_id=entry.task_id, headers=headers)
    except Exception:
        logger.exception("Task %s could not be sent", entry)
        return True


def queue_of(task: Any) -> str:
    """Return the name of the queue that the task declares."""
    return getattr(task, "queue_name", "default")


def allowance(name: str, attempts: int = 1) -> timedelta:
    """Return how long a task of that name may take from an attempt to its end."""
    task = current_app.tasks.get(name)
    limit = (task and task.time_limit) or current_app.conf.task_time_limit
    return timedelta(seconds=(limit + GRACE) * 2 ** (attempts - 1))


def may_start(*, task_id: str, redelivered: bool) -> bool:
    """Return whether a task that was sent or delivered again has not ended; count a redelivery. One query."""
    entries = OutboxTask.objects.filter(task_id=task_id, state=State.QUEUED, attempts__lte=MAX_ATTEMPTS)
    return bool(entries.update(attempts=F("attempts") + int(redelivered)))


def postpone(*, task: Task[..., Any], task_id: str, until: datetime) -> None:
    """Note that a task is retried at that time. One query."""
    entry = OutboxTask.objects.filter(task_id=task_id, state=State.QUEUED)
    entry.update(next_attempt_at=until + allowance(task.name))


def finish(*, task_id: str) -> None:
    """Delete a task that has finished. One query."""
    OutboxTask.objects.filter(task_id=task_id).delete()


def fail(*, task: Task[..., Any], task_id: str, args: Any, kwargs: Any, exception: str, traceback: str) -> None:
    """Keep a task that failed for good, in the outbox or not, as a dead letter. One query; three if it was not."""
    failure = {
        "state": State.FAILED,
        "exception": exception.replace("\0", "\\0"),  # PostgreSQL has no NUL
        "traceback": traceback.replace("\0", "\\0"),
        "failed_at": timezone.now(),
    }
    retries = task.request.retries or 0
    entries = OutboxTask.objects.filter(task_id=task_id)
    if entries.exclude(state=State.DISCARDED).update(attempts=F("attempts") + retries, **failure) or entries.exists():
        return
    OutboxTask.objects.create(
        task_id=task_id,
        name=task.name,
        args=dumps(args),
        kwargs=dumps(kwargs),
        queue=queue_of(task),
        attempts=retries + 1,
        **current_context(),
        **failure,
    )


def send_overdue() -> int:
    """Send queued tasks again that should have finished, and return how many; those that never do have failed.

    The order is that of their next attempts, which move away from one attempt to the next: neither old tasks nor new
    ones wait for the others. A queue that is full is left alone, as the tasks are probably in it.
    """
    now = timezone.now()
    hopeless = OutboxTask.objects.due(now).filter(Q(attempts__gte=MAX_ATTEMPTS) | Q(queued_at__lt=now - MAX_AGE))
    exception = "It was sent, and never finished: its workers died, or none of them knows it."
    if failed := hopeless.order_by().update(state=State.FAILED, failed_at=now, exception=exception):
        logger.error("%s tasks never finished", failed)
    full = [queue for queue, depth in broker.queue_depths().items() if depth >= MAX_RESENT]
    due = OutboxTask.objects.due(now).exclude(queue__in=full)
    total = 0
    while total < MAX_RESENT and (sent := _send_batch(due)):
        total += sent
    return total


@transaction.atomic
def _send_batch(due: OutboxTaskQuerySet) -> int:
    """Send some of these tasks, unless another process is doing so, and return how many."""
    sent = []
    for entry in due.select_for_update(skip_locked=True)[:BATCH]:
        entry.attempts += 1
        if not send(entry):
            break
        entry.next_attempt_at = timezone.now() + allowance(entry.name, entry.attempts)
        sent.append(entry)
    OutboxTask.objects.bulk_update(sent, ["attempts", "next_attempt_at"])
    return len(sent)


@transaction.atomic
def replay(tasks: OutboxTaskQuerySet) -> int:
    """Queue those of `tasks` that failed, as if for the first time, and return how many."""
    found = list(tasks.failed().select_for_update())
    for entry in found:
        entry.state, entry.attempts, entry.queued_at = State.QUEUED, 1, timezone.now()
        entry.next_attempt_at = entry.queued_at + allowance(entry.name)
        transaction.on_commit(partial(send, entry), robust=True)
    OutboxTask.objects.bulk_update(found, ["state", "attempts", "queued_at", "next_attempt_at"], batch_size=BATCH)
    return len(found)


def discard(tasks: OutboxTaskQuerySet) -> int:
    """Give up those of `tasks` that failed, and return how many. One query."""
    return tasks.failed().update(state=State.DISCARDED)


def clear_discarded() -> int:
    """Delete tasks discarded long ago, and return how many. One query."""
    return OutboxTask.objects.filter(state=State.DISCARDED, failed_at__lt=timezone.now() - KEPT).delete()[0]
