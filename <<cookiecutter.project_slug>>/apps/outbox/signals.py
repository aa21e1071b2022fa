"""What happens around a task: its log context, and its end when it cannot be done."""

import logging
from contextlib import ExitStack
from typing import Any

from billiard.einfo import ExceptionInfo
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task, current_app
from celery.app.task import Context
from celery.signals import (
    beat_init,
    setup_logging,
    task_failure,
    task_postrun,
    task_prerun,
    task_revoked,
    task_unknown,
    worker_init,
)
from django.db import Error, connections
from kombu.message import Message
from structlog.contextvars import bound_contextvars

from apps.outbox import services
from apps.outbox.consumer import file_message
from apps.outbox.models import Reason

logger = logging.getLogger(__name__)

# Seconds until a task is judged again whose failure could not be written down.
DATABASE_PAUSE = 60


@setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Keep Django's logging, request ids and all: Celery sets up its own unless somebody listens here."""


@worker_init.connect
@beat_init.connect
def need_broker(**kwargs: Any) -> None:
    """Refuse to start where there is nothing to do.

    Raises:
        SystemExit: tasks run where they are asked for.
    """
    if not current_app.conf.broker_url:
        raise SystemExit("CELERY_BROKER_URL is not set: tasks run at once in the process that asks for them.")


@task_prerun.connect
def enter_context(task: Task[..., Any], **kwargs: Any) -> None:
    """Log, and send further tasks, in the name of the request and the user that the task was begun for."""
    context = context_of(task.request)
    with ExitStack() as stack:
        stack.enter_context(bound_contextvars(request_id=context.get("request_id", "")))
        stack.enter_context(bound_contextvars(**context, task=task.name, task_id=task.request.id))
        task.request.update(leave_context=stack.pop_all().close)


@task_postrun.connect
def leave_context(task: Task[..., Any], **kwargs: Any) -> None:
    """Leave it again: in an eager task, for that of the request it runs in."""
    task.request.get("leave_context")()


@task_failure.connect
def bury_failed(
    sender: Task[..., Any], exception: BaseException, args: Any, kwargs: Any, einfo: ExceptionInfo, **more: Any
) -> None:
    """File a task that failed for the last time, or whose process died."""
    bury(sender, args, kwargs, f"{type(exception).__name__}: {exception}", Reason.FAILED, str(einfo.traceback))
    if isinstance(exception, (WorkerLostError, TimeLimitExceeded)):
        # We are in the worker's main process, which has no other use for the database.
        connections.close_all()


@task_revoked.connect
def bury_expired(sender: Task[..., Any], request: Context, expired: bool, **kwargs: Any) -> None:  # noqa: FBT001 - Celery's
    """File a task whose time was over before a worker had time for it. One that somebody revoked is meant to be gone."""
    if expired:
        sender.request_stack.push(request)
        try:
            bury(sender, request.args, request.kwargs, "It expired before a worker had time for it.", Reason.GIVEN_UP)
        finally:
            sender.request_stack.pop()
        connections.close_all()


@task_unknown.connect
def bury_unknown(sender: Any, message: Message, **kwargs: Any) -> None:
    """File a task that this release of the project does not have. RabbitMQ gives it back itself: see `consumer`."""
    if sender.connection.transport.driver_type != "amqp":
        try:
            file_message(message)
        finally:
            connections.close_all()


def bury(task: Task[..., Any], args: Any, kwargs: Any, exception: str, reason: Reason, traceback: str = "") -> None:
    """File the task that `task.request` is about; if the database does not take it, have it judged again later."""
    request = task.request
    try:
        services.file_dead_letter(
            task_id=str(request.id),
            task=task.name,
            args=args,
            kwargs=kwargs,
            queue=queue_of(request),
            reason=reason,
            exception=exception,
            traceback=traceback,
            attempts=request.retries + 1,
            context=context_of(request),
        )
    except Error:
        logger.exception("Task %s[%s] cannot be filed now", task.name, request.id)
        task.signature_from_request(request, args, kwargs, countdown=DATABASE_PAUSE).apply_async()


def context_of(request: Context) -> dict[str, str]:
    """Return what `BaseTask` has sent along."""
    context: dict[str, str] = (request.headers or {}).get("context", {})
    return context


def queue_of(request: Context) -> str:
    """Return the queue that the task came from; one that was delayed came by a routing key that ends in it."""
    key = (request.delivery_info or {}).get("routing_key") or ""
    return next((name for name in current_app.amqp.queues if key.endswith(name)), "")
