"""The way of work to a worker."""

import logging
from collections.abc import Callable
from importlib import import_module
from uuid import uuid4

from celery import current_app
from kombu.exceptions import OperationalError

from apps.outbox import services
from apps.outbox.base import BaseTask, current_context
from apps.outbox.models import Reason

logger = logging.getLogger(__name__)

# Seconds for which a broker that has a task may keep quiet about it.
CONFIRM_TIMEOUT = 2


def task_of(service: Callable[..., object]) -> BaseTask:
    """Return the task that wraps `service`: the one with its name in the `tasks` module beside its own.

    Raises:
        LookupError: there is none.
    """
    tasks = f"{service.__module__.rpartition('.')[0]}.tasks"
    task: BaseTask | None = getattr(import_module(tasks), service.__name__, None)
    if task is None:
        raise LookupError(f"{service.__module__}.{service.__name__} has no task of its name in {tasks}.")
    return task


def dispatch[**P](service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Have a worker call `service` with these arguments, by the task that wraps it.

    If the broker does not take the task, it becomes a dead letter, from where it can be sent later.
    """
    task, task_id = task_of(service), str(uuid4())
    try:
        task.apply_async(args, kwargs, task_id=task_id, confirm_timeout=CONFIRM_TIMEOUT)
    except (OperationalError, TimeoutError) as error:
        logger.exception("Task %s[%s] could not be sent", task.name, task_id)
        services.file_dead_letter(
            task_id=task_id,
            task=task.name,
            args=args,
            kwargs=kwargs,
            queue=current_app.amqp.router.route({}, task.name)["queue"].name,
            reason=Reason.NOT_SENT,
            exception=f"{type(error).__name__}: {error}",
            attempts=0,
            context=current_context(),
        )
