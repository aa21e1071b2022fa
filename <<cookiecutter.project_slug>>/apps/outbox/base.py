"""What every task does: its base class, and receivers of Celery's signals."""

import logging
from datetime import datetime, timedelta
from traceback import format_exception_only
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task, current_app
from celery.app.task import Context
from celery.exceptions import Ignore, Reject
from celery.signals import beat_init, setup_logging, task_failure, task_postrun, task_prerun, task_retry, worker_init
from django.db import connections
from django.db.models import F
from django.utils import timezone
from structlog.contextvars import bind_contextvars, reset_contextvars

from apps.observability.scrubbing import SCRUBBED, scrub_named
from apps.outbox.models import OutboxTask, State
from apps.outbox.services import MAX_ATTEMPTS, allowance, description

logger = logging.getLogger(__name__)

# How many characters of an exception and its traceback are kept.
MAX_LENGTH = 50_000


class BaseTask(Task[..., Any]):
    """A task that is retried when it fails, after 2, 4, 8, … seconds with jitter, and in the end kept as a dead letter."""

    queue_name = "default"
    autoretry_for = (Exception,)
    dont_autoretry_for = (Reject,)
    retry_kwargs = {"max_retries": 8}
    retry_backoff = 2
    retry_backoff_max = 120
    # For a task whose process died: after the fourth lost process it has failed.
    max_retries = 3
    default_retry_delay = 5

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Send the task to its queue, with scrubbed arguments for logs and monitors."""
        options.setdefault("queue", self.queue_name)
        options |= {"argsrepr": "()", "kwargsrepr": repr(shown_arguments(args or (), kwargs or {}))}
        return super().apply_async(args, kwargs, *more, **options)

    def retry(self, *args: Any, **options: Any) -> Any:
        """Send the task again later; if the broker is down, leave that to the outbox."""
        try:
            return super().retry(*args, **options)
        except Reject as error:
            if not (self.request.headers or {}).get("outbox"):
                raise
            logger.warning("%s waits in the outbox, as it cannot be sent: %s", self.name, error)
            raise Ignore from error

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Skip a task that was sent or delivered again, but has ended or used up its attempts."""
        sent = (self.request.headers or {}).get("outbox", 0)
        redelivered = bool((self.request.delivery_info or {}).get("redelivered"))
        if redelivered and not sent:  # one of the schedule: from now on its deliveries count, too
            entry = {**description(self, args, kwargs), "next_attempt_at": timezone.now() + allowance(self)}
            OutboxTask.objects.get_or_create(task_id=task_id, defaults=entry)
        entries = OutboxTask.objects.filter(task_id=task_id, state=State.QUEUED, attempts__lte=MAX_ATTEMPTS)
        if (redelivered or sent > 1) and not entries.update(attempts=F("attempts") + int(redelivered)):
            raise Ignore

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        OutboxTask.objects.filter(task_id=task_id).delete()


def shown_arguments(args: Any, kwargs: Any) -> dict[str, Any]:
    """Return arguments without secrets and personal data; those without a name are hidden."""
    named = {name: scrub_named(name, value) for name, value in kwargs.items()}
    return {**named, "*": [SCRUBBED] * len(args)} if args else named


def storable(text: str) -> str:
    """Return `text` as PostgreSQL takes it: without NUL, in UTF-8, and of bounded length, with its end."""
    text = text.replace("\0", "\\0").encode(errors="backslashreplace").decode()
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH // 2]} […] {text[-MAX_LENGTH // 2 :]}"


@setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Keep Django's LOGGING: without a receiver Celery replaces it."""


@worker_init.connect
@beat_init.connect
def require_broker(**kwargs: Any) -> None:
    if not current_app.conf.broker_url:
        raise SystemExit("CELERY_BROKER_URL is not set: tasks run in the process that enqueues them.")


@task_prerun.connect
def enter_context(task: Task[..., Any], task_id: str, **kwargs: Any) -> None:
    """Log, and enqueue further tasks, with the IDs of the request and the user that the task was enqueued for."""
    headers = task.request.headers or {}
    ids = {name: headers[name] for name in ("request_id", "user_id") if headers.get(name)}
    task.request.update(context_tokens=bind_contextvars(**ids, task=task.name, task_id=task_id))


@task_postrun.connect
def leave_context(task: Task[..., Any], **kwargs: Any) -> None:
    reset_contextvars(**task.request.get("context_tokens"))


@task_retry.connect
def postpone(sender: Task[..., Any], request: Context, reason: Any = None, **kwargs: Any) -> None:
    """Expect the task to finish only after the retry."""
    when = getattr(reason, "when", None)
    start = when if isinstance(when, datetime) else timezone.now() + timedelta(seconds=when or 0)
    OutboxTask.objects.filter(task_id=request.id).update(next_attempt_at=start + allowance(sender))


@task_failure.connect
def fail(sender: BaseTask, task_id: str, exception: BaseException, einfo: Any, **kwargs: Any) -> None:
    """Keep a task that failed for good as a dead letter, whether it was enqueued or not."""
    retries = sender.request.retries or 0
    failure = {
        "state": State.FAILED,
        "exception": storable("".join(format_exception_only(exception)).strip()),
        "traceback": storable(str(einfo.traceback)),
        "failed_at": timezone.now(),
    }
    entries = OutboxTask.objects.filter(task_id=task_id)
    if not entries.update(attempts=F("attempts") + retries, **failure):
        failure |= description(sender, kwargs["args"], kwargs["kwargs"])
        OutboxTask.objects.create(task_id=task_id, attempts=retries + 1, **failure)
    if isinstance(exception, (TimeLimitExceeded, WorkerLostError, Reject)):
        connections.close_all()  # the worker's main process, which has no other use for the database
