"""What people and monitors may see of a task's arguments."""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from celery import current_app
from django.views.debug import SafeExceptionReporterFilter

# Hides what is called a password, token, key or the like, inside of dictionaries too, as Django's error pages do.
FILTER = SafeExceptionReporterFilter()


def shown_arguments(task_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by name, with what is sensitive replaced by asterisks.

    An argument whose name is not known, since the task is not, is replaced too.
    """
    named = dict(kwargs)
    task = current_app.tasks.get(task_name)
    parameters = list(signature(task.run).parameters) if task else []
    for index, value in enumerate(args):
        known = index < len(parameters)
        named[parameters[index] if known else f"[{index}]"] = value if known else FILTER.cleansed_substitute
    return {name: FILTER.cleanse_setting(name, value) for name, value in named.items()}
