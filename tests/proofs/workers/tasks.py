"""Tasks that only tests on real brokers have. Each notes in a folder what happens, where the test can count it."""

import os
import signal
import time
from pathlib import Path

from celery import Task, shared_task
from celery.exceptions import Reject, SoftTimeLimitExceeded

from apps.observability.context import get_request_id

# % if cookiecutter.use_example
from apps.orders import emails

# % endif
from apps.outbox.base import BaseTask


def note(folder: str, what: str) -> None:
    """Leave a new file in the folder whose name begins with `what`."""
    Path(folder, f"{what}-{time.time_ns()}-{os.getpid()}").touch()


@shared_task
def note_request(*, folder: str) -> None:
    note(folder, get_request_id())


@shared_task(default_retry_delay=0)
def kill_my_process(*, folder: str) -> None:
    """Die as of a lack of memory."""
    note(folder, "poison")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(retry_kwargs={"max_retries": 2}, retry_backoff=1, retry_backoff_max=1)
def read_file(*, folder: str, password: str) -> None:
    """Fail for as long as a file is missing."""
    note(folder, "attempt")
    Path(folder, "cause").read_text("utf-8")
    note(folder, "repaired")


@shared_task(time_limit=1, soft_time_limit=1)
def never_end(*, folder: str) -> None:
    """Go on when asked to stop."""
    note(folder, "endless")
    while True:
        try:
            time.sleep(60)
        except SoftTimeLimitExceeded:
            note(folder, "deaf")


@shared_task
def wait_for_file(*, folder: str) -> None:
    """Be busy for as long as a file is missing."""
    note(folder, "begun")
    while not Path(folder, "go").exists():
        time.sleep(0.05)
    note(folder, "ended")


@shared_task
def reject(*, folder: str) -> None:
    note(folder, "rejected")
    raise Reject("no", requeue=False)


class TaskWithoutOutbox(BaseTask):
    """A task that leaves the outbox alone when it has finished."""

    on_success = Task.on_success


# % if cookiecutter.use_example
@shared_task(base=TaskWithoutOutbox)
def confirmation_without_outbox(*, order_id: int) -> None:
    """Do the same as apps.orders.tasks.send_order_confirmation."""
    emails.send_order_confirmation(order_id=order_id)


# % endif
