"""System checks of the tasks' time limits."""

from collections.abc import Iterator
from typing import Any

from celery import current_app
from django.core.checks import CheckMessage, Error, register


def too_long() -> Iterator[str]:
    """Name what may keep a task unacknowledged for longer than its broker waits."""
    limit = current_app.conf.visibility_timeout
    usual = current_app.conf.task_time_limit
    if usual >= limit:
        yield f"CELERY_TASK_TIME_LIMIT is {usual} s"
    for name, task in sorted(current_app.tasks.items()):
        if (task.time_limit or 0) >= limit:
            yield f"the time_limit of {name} is {task.time_limit} s"
        if (pause := getattr(task, "retry_backoff_max", 0)) >= limit:
            yield f"the retry_backoff_max of {name} is {pause} s"


@register
def check_time_limits(**kwargs: Any) -> list[CheckMessage]:
    """Refuse what would make a healthy worker's task run a second time beside itself."""
    return [
        Error(
            f"{problem}, but after {current_app.conf.visibility_timeout} s the broker gives the task to another worker.",
            hint="Lower it, split the task, or raise CELERY_VISIBILITY_TIMEOUT; docs/celery.md says what that costs.",
            id="background.E001",
        )
        for problem in too_long()
    ]
