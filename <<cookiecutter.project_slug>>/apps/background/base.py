"""The class of every task of the project (config/celery.py says so): a plain `@shared_task` is one."""

from typing import Any

from celery import Task


class BaseTask(Task[..., Any]):
    """A task that is tried again when it fails.

    After 2, 4, 8, … seconds, each shortened at random so that what failed together does not return together.
    """

    autoretry_for = (Exception,)
    retry_kwargs = {"max_retries": 8}
    retry_backoff = 2
    retry_backoff_max = 240
    retry_jitter = True
    # For a task whose process died: the fourth that it takes along is the last.
    max_retries = 3
    default_retry_delay = 5
