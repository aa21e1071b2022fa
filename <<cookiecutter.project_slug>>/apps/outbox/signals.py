"""Receivers of Celery's signals: a task's log context, its end in the outbox, and how processes start."""

from datetime import datetime, timedelta
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task, current_app
from celery.app.task import Context
from celery.exceptions import Reject
from celery.signals import (
    beat_init,
    setup_logging,
    task_failure,
    task_postrun,
    task_prerun,
    task_retry,
    task_success,
    worker_init,
)
from django.db import connections
from django.utils import timezone
from structlog.contextvars import bind_contextvars, reset_contextvars

from apps.outbox import services


@setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Keep Django's LOGGING: without a receiver Celery replaces it."""


@worker_init.connect
@beat_init.connect
def require_broker(**kwargs: Any) -> None:
    """Refuse to start a worker or beat without a broker."""
    if not current_app.conf.broker_url:
        raise SystemExit("CELERY_BROKER_URL is not set: tasks run in the process that enqueues them.")


@task_prerun.connect
def enter_context(task: Task[..., Any], task_id: str, **kwargs: Any) -> None:
    """Log, and enqueue further tasks, with the IDs of the request and the user that the task was enqueued for."""
    context = (task.request.headers or {}).get("context", {})
    given = {name: value for name, value in context.items() if value}
    tokens = bind_contextvars(**given, task=task.name, task_id=task_id)
    task.request.update(context_tokens=tokens)


@task_postrun.connect
def leave_context(task: Task[..., Any], **kwargs: Any) -> None:
    """Restore the context: in an eager task, that of the request that it runs in."""
    reset_contextvars(**task.request.get("context_tokens"))


@task_success.connect
def finish(sender: Task[..., Any], **kwargs: Any) -> None:
    services.finish(task_id=str(sender.request.id))


@task_retry.connect
def postpone(sender: Task[..., Any], request: Context, reason: Any = None, **kwargs: Any) -> None:
    when = getattr(reason, "when", None)
    until = when if isinstance(when, datetime) else timezone.now() + timedelta(seconds=when or 0)
    services.postpone(task=sender, task_id=str(request.id), until=until)


@task_failure.connect
def fail(
    sender: Task[..., Any], task_id: str, exception: BaseException, args: Any, kwargs: Any, einfo: Any, **more: Any
) -> None:
    services.fail(
        task=sender,
        task_id=task_id,
        args=args,
        kwargs=kwargs,
        exception=f"{type(exception).__name__}: {exception}",
        traceback=str(einfo.traceback),
    )
    if isinstance(exception, (TimeLimitExceeded, WorkerLostError, Reject)):
        connections.close_all()  # the worker's main process, which has no other use for the database
