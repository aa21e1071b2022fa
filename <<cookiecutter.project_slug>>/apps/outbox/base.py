"""The class of every task of the project (config/celery.py says so): a plain `@shared_task` is one."""

from typing import Any

from celery import Task
from celery.app.task import Context
from celery.worker.request import Request
from structlog.contextvars import get_contextvars

from apps.observability.context import get_current_user, get_request_id
from apps.outbox.masking import shown_arguments


class TaskRequest(Request):
    """What a worker's main process knows of a task."""

    _context: Context  # Celery's

    def on_timeout(self, soft: bool, timeout: float) -> None:  # noqa: FBT001 - Celery's signature
        """Let those who hear of the failure find the task's request, as Celery does for every other failure."""
        self.task.request_stack.push(self._context)
        try:
            super().on_timeout(soft, timeout)
        finally:
            self.task.request_stack.pop()


class BaseTask(Task[..., Any]):
    """A task that is tried again when it fails, and carries the request and the user it was begun for.

    It is tried after 2, 4, 8, … seconds, each shortened at random so that what failed together does not return
    together. After the last time it is a dead letter: see `apps.outbox.signals`.
    """

    Request = "apps.outbox.base:TaskRequest"
    autoretry_for = (Exception,)
    retry_kwargs = {"max_retries": 8}
    retry_backoff = 2
    retry_backoff_max = 240
    retry_jitter = True
    # For a task whose process died: the fourth that it takes along is the last.
    max_retries = 3
    default_retry_delay = 5

    def apply_async(
        self, args: tuple[Any, ...] | None = None, kwargs: dict[str, Any] | None = None, *more: Any, **options: Any
    ) -> Any:
        """Send the task, for the request and user of this moment, with what logs and monitors may show of it."""
        options["headers"] = {"context": current_context(), **(options.get("headers") or {})}
        shown = shown_arguments(self.name, args or (), kwargs or {})
        options |= {"argsrepr": "()", "kwargsrepr": repr(shown)}
        return super().apply_async(args, kwargs, *more, **options)


def current_context() -> dict[str, str]:
    """Return the id of the request being served, or of the one that a task was begun for, and its user's id."""
    user = get_current_user(load=False)
    user_id = user.pk if user else get_contextvars().get("user_id")
    context = {"request_id": get_request_id(), "user_id": user_id}
    return {name: str(value) for name, value in context.items() if value}
