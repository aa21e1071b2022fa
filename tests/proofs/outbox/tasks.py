"""Tasks that only these tests have; each does what `EFFECTS` is told to do."""

from collections.abc import Callable
from typing import Any

from celery import shared_task

EFFECTS: list[Callable[..., Any]] = []


@shared_task(retry_kwargs={"max_retries": 2})
def do_as_told(**kwargs: Any) -> None:
    for effect in EFFECTS:
        effect(**kwargs)
