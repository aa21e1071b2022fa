"""What travels with a task beside its arguments, and what may be shown of these."""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from celery import current_app
from structlog.contextvars import get_contextvars

from apps.observability.context import get_current_user, get_request_id
from apps.observability.scrubbing import SCRUBBED, scrub_named


def current_context() -> dict[str, str]:
    """Return the IDs of the request that is served, or that enqueued the running task, and of its user."""
    user = get_current_user(load=False)
    user_id = user.pk if user else get_contextvars().get("user_id", "")
    return {"request_id": get_request_id(), "user_id": str(user_id)}


def shown_arguments(task_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by name, secrets and personal data scrubbed; also those whose name is not known."""
    named = dict(kwargs)
    task = current_app.tasks.get(task_name)
    parameters = list(signature(task.run).parameters) if task else []
    for index, value in enumerate(args):
        known = index < len(parameters)
        named[parameters[index] if known else f"[{index}]"] = value if known else SCRUBBED
    return {name: scrub_named(name, value) for name, value in named.items()}
