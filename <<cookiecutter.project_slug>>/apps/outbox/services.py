"""Every write to dead letters."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.utils.json import dumps, loads

from apps.outbox.models import DeadLetter, Reason, State

# How long it is remembered what was replayed or discarded.
REMEMBERED = timedelta(days=90)


class UnknownTask(LookupError):  # noqa: N818 - named for what it is
    """No task of this name is in the project any more."""


def file_dead_letter(
    *,
    task_id: str,
    task: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    queue: str,
    reason: Reason,
    exception: str,
    attempts: int,
    traceback: str = "",
    context: Mapping[str, str] | None = None,
) -> DeadLetter:
    """Keep a task that was not done, in a transaction of its own; one that died before is waiting again."""
    context = context or {}
    letter, _ = DeadLetter.objects.update_or_create(
        task_id=task_id,
        defaults={
            "task": task,
            "args": dumps(list(args)),
            "kwargs": dumps(dict(kwargs)),
            "queue": queue,
            "reason": reason,
            "exception": exception.replace("\0", "\\0"),  # PostgreSQL has no NUL
            "traceback": traceback.replace("\0", "\\0"),
            "attempts": attempts,
            "request_id": context.get("request_id", ""),
            "user_id": context.get("user_id", ""),
            "died_at": timezone.now(),
            "state": State.WAITING,
            "settled_at": None,
        },
    )
    return letter


@transaction.atomic
def replay_dead_letter(*, letter_id: int) -> bool:
    """Send the task again, under its old id, and return whether it was waiting for that.

    It is sent before the commit, not after: a process that dies in between leaves a letter that can be replayed once
    more, which is harmless as every task may run twice. The other way round the task would be gone.

    Raises:
        UnknownTask: the project has no such task.
        kombu.exceptions.OperationalError: the broker did not take it; it is still waiting.
    """
    letter = DeadLetter.objects.waiting().locked(letter_id)
    if letter is None:
        return False
    if letter.task not in current_app.tasks:
        raise UnknownTask(f"There is no task {letter.task} in this project.")
    _settle(letter, State.REPLAYED)
    context = {"request_id": letter.request_id, "user_id": letter.user_id}
    task: Any = current_app.tasks[letter.task]
    task.apply_async(
        loads(letter.args),
        loads(letter.kwargs),
        task_id=letter.task_id,
        headers={"context": {name: value for name, value in context.items() if value}},
    )
    return True


@transaction.atomic
def discard_dead_letter(*, letter_id: int) -> bool:
    """Decide that the task is not to be done, and return whether it was waiting."""
    letter = DeadLetter.objects.waiting().locked(letter_id)
    if letter is None:
        return False
    _settle(letter, State.DISCARDED)
    return True


def clear_settled_dead_letters() -> int:
    """Forget what was replayed or discarded long ago, and return how many there were. One query."""
    settled = DeadLetter.objects.filter(settled_at__lt=timezone.now() - REMEMBERED)
    return settled.delete()[0]


def _settle(letter: DeadLetter, state: State) -> None:
    letter.state = state
    letter.settled_at = timezone.now()
    letter.save(update_fields=["state", "settled_at"])
