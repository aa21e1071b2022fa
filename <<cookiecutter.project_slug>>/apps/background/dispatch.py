"""The way of work to a worker."""

from collections.abc import Callable
from importlib import import_module

from celery import Task


def task_of(service: Callable[..., object]) -> Task[..., object]:
    """Return the task that wraps `service`: the one with its name in the `tasks` module beside its own.

    Raises:
        LookupError: there is none.
    """
    tasks = f"{service.__module__.rpartition('.')[0]}.tasks"
    task: Task[..., object] | None = getattr(import_module(tasks), service.__name__, None)
    if task is None:
        raise LookupError(f"{service.__module__}.{service.__name__} has no task of its name in {tasks}.")
    return task


def dispatch[**P](service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Have a worker call `service` with these arguments, by the task that wraps it."""
    task_of(service).apply_async(args, kwargs)
