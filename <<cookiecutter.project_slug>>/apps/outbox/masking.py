"""What people and monitors may see of a task's arguments."""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from celery import current_app

from apps.observability.scrubbing import SCRUBBED, scrub_named


def shown_arguments(task_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by name, without what is secret or personal in them, as in the logs.

    An argument whose name is not known, since the task is not, is replaced too.
    """
    named = dict(kwargs)
    task = current_app.tasks.get(task_name)
    parameters = list(signature(task.run).parameters) if task else []
    for index, value in enumerate(args):
        known = index < len(parameters)
        named[parameters[index] if known else f"[{index}]"] = value if known else SCRUBBED
    return {name: scrub_named(name, value) for name, value in named.items()}
