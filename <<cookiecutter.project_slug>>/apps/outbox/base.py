"""The base class of the project's tasks: `@shared_task` uses it, as config/celery.py says."""

from typing import Any

from celery import Task
from celery.exceptions import Ignore

from apps.outbox import services
from apps.outbox.context import current_context, shown_arguments


class BaseTask(Task[..., Any]):
    """A task that is retried when it fails, and knows the request and the user that enqueued it.

    It is retried after 2, 4, 8, … seconds with jitter. After the last retry it is a failed task in the outbox.
    """

    queue_name = "default"
    autoretry_for = (Exception,)
    retry_kwargs = {"max_retries": 8}
    retry_backoff = 2
    retry_backoff_max = 240
    retry_jitter = True
    # For a task whose process died: the fourth process that it takes along is the last.
    max_retries = 3
    default_retry_delay = 5

    def apply_async(
        self, args: tuple[Any, ...] | None = None, kwargs: dict[str, Any] | None = None, *more: Any, **options: Any
    ) -> Any:
        """Send the task with the context of the caller; logs and monitors see scrubbed arguments."""
        options["headers"] = {"context": current_context(), **(options.get("headers") or {})}
        shown = shown_arguments(self.name, args or (), kwargs or {})
        options |= {"argsrepr": "()", "kwargsrepr": repr(shown)}
        return super().apply_async(args, kwargs, *more, **options)

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Skip a task that was delivered again although it has ended meanwhile."""
        sent = (self.request.headers or {}).get("outbox", 0)
        redelivered = bool((self.request.delivery_info or {}).get("redelivered"))
        if sent and (redelivered or sent > 1) and not services.may_start(task_id=task_id, redelivered=redelivered):
            raise Ignore


def route(name: str, args: Any, kwargs: Any, options: Any, task: Any = None, **more: Any) -> dict[str, str]:
    """Send a task to the queue that it declares: the router of CELERY_TASK_ROUTES."""
    return {"queue": services.queue_of(task)}
