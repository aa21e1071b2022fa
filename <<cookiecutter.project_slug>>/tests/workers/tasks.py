"""Tasks that only tests have. Each notes in a folder what happens, where the test can count it."""

import os
import signal
import time
from pathlib import Path

from celery import shared_task


def note(folder: str, what: str) -> None:
    """Leave a new file in the folder whose name begins with `what`."""
    Path(folder, f"{what}-{time.time_ns()}-{os.getpid()}").touch()


@shared_task
def do_something(*, folder: str, name: str) -> None:
    note(folder, name)


@shared_task(default_retry_delay=0)
def kill_my_process(*, folder: str) -> None:
    """Die as of a lack of memory."""
    note(folder, "poison")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(default_retry_delay=0)
def kill_my_worker(*, folder: str) -> None:
    """Die with the whole worker."""
    note(folder, "worker")
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(retry_kwargs={"max_retries": 2}, retry_backoff=1, retry_backoff_max=1)
def read_file(*, folder: str, password: str) -> None:
    """Fail for as long as a file is missing."""
    note(folder, "attempt")
    Path(folder, "cause").read_text("utf-8")
    note(folder, "done")


@shared_task(time_limit=2, soft_time_limit=1)
def never_end(*, folder: str) -> None:
    note(folder, "endless")
    while True:
        try:
            time.sleep(60)
        except Exception:  # noqa: S112 - a task that cannot be asked to stop
            continue
