"""System check of the tasks' time limits."""

from collections.abc import Iterator
from typing import Any

from celery import current_app
from django.core.checks import CheckMessage, Error, register


def too_long(limit: int) -> Iterator[str]:
    """Yield what may keep a task unacknowledged for `limit` seconds."""
    for name, task in sorted(current_app.tasks.items()):
        seconds = task.time_limit or current_app.conf.task_time_limit
        if seconds >= limit:
            yield f"The time limit of {name} is {seconds} s"
        if (pause := getattr(task, "retry_backoff_max", 0)) >= limit:
            yield f"The retry_backoff_max of {name} is {pause} s"


@register
def check_time_limits(**kwargs: Any) -> list[CheckMessage]:
    """Refuse tasks that the broker delivers again while they are still running."""
    limit = current_app.conf.visibility_timeout
    hint = "Lower it, split the task, or raise CELERY_VISIBILITY_TIMEOUT: see docs/celery.md."
    return [
        Error(f"{problem}, but the broker delivers a task again after {limit} s.", hint=hint, id="outbox.E001")
        for problem in too_long(limit)
    ]
