"""Checks of every Celery task of the project."""

from importlib import import_module
from typing import Any

import pytest
from celery import Celery, Task, current_app
from django.apps import apps
from django.core import mail
from django.db import models
from django.utils.module_loading import module_has_submodule
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.walks.objects import OWN_APPS, fail, registered

for config in OWN_APPS.values():
    if module_has_submodule(config.module, "tasks"):
        import_module(f"{config.name}.tasks")
TASKS = [task for _, task in sorted(current_app.tasks.items()) if task.__module__.startswith("apps.")]
# An app without settings, in which a task has only the limits that it declares.
WITHOUT_DEFAULTS = Celery("without defaults", set_as_current=False)
WITHOUT_DEFAULTS.finalize()
each_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


@each_task
def test_has_time_limits(task: Task[..., Any]) -> None:
    declared = WITHOUT_DEFAULTS.tasks[task.name]
    if not declared.time_limit or not declared.soft_time_limit:
        fail(
            f"{task.name} has no time limits of its own: declare soft_time_limit and time_limit in its @shared_task, "
            f"below CELERY_VISIBILITY_TIMEOUT ({current_app.conf.visibility_timeout} s)."
        )


@each_task
def test_is_retried_a_limited_number_of_times(task: Task[..., Any]) -> None:
    autoretry_for = getattr(task, "autoretry_for", ())
    retries = getattr(task, "retry_kwargs", {}).get("max_retries", task.max_retries)
    if not autoretry_for or retries is None:
        fail(
            f"{task.name} has no retry policy (autoretry_for is {autoretry_for}, max_retries is {retries}): declare it "
            f"with base=BaseTask of apps.outbox.base, or set autoretry_for and max_retries yourself."
        )


@each_task
def test_has_a_queue_that_workers_consume(task: Task[..., Any]) -> None:
    queues = {queue.name for queue in current_app.conf.task_queues}
    try:
        routed: Any = current_app.amqp.router.route({"queue": getattr(task, "queue_name", "")}, task.name)
        queue = routed["queue"].name
    except KeyError as error:  # of the router
        queue = str(error)
    if queue not in queues:
        fail(f"{task.name} is sent to the queue {queue}, which is none of CELERY_TASK_QUEUES: {sorted(queues)}.")


def test_every_scheduled_task_exists() -> None:
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}

    if unknown := ", ".join(sorted(scheduled - current_app.tasks.keys())):
        fail(f"{unknown}: in CELERY_BEAT_SCHEDULE, but no task has this name. Use its dotted path.")


def state() -> dict[str, Any]:
    """Return the rows of every model of the project, without their times, and the number of e-mails sent."""
    found: dict[str, Any] = {"e-mails": len(mail.outbox)}
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS:
            fields = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.DateField)]
            found[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*fields)))
    return found


@pytest.mark.django_db
@each_task
def test_is_safe_to_run_twice(
    task: Task[..., Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    examples = registered("task_examples", "TASKS")
    if task.name not in examples:
        module = f"tests/{task.__module__.split('.')[1]}/task_examples.py"
        fail(f"No example call of {task.name}: add a function that returns its arguments to TASKS in {module}.")
    arguments = examples[task.name]()
    states = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            task.apply(kwargs=arguments, throw=True)
        states.append(state())

    if changed := [name for name, value in states[0].items() if value != states[1][name]]:
        fail(
            f"{task.name} is not safe to run twice: the second run changed {', '.join(changed)}. A worker that dies "
            f"leaves its task to another one: let the task check what has been done, in the transaction that does it."
        )
