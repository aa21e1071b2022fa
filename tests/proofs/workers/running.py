"""Workers as processes of their own, on a real broker, for tests that kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection

from apps.outbox.broker import Circuit, queue_depths
from config.celery import app
from config.settings.env import BASE_DIR
from proofs.workers.brokers import Broker
from tools.databases import empty_database


def wait_until(condition: Callable[[], object], timeout: float = 90) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it never did.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("What the test waits for did not happen.")
        time.sleep(0.05)


class Worker:
    """A worker that takes from all queues, with two processes."""

    def __init__(self, place: "Place", command: str, environment: Mapping[str, str]) -> None:
        options = {
            "worker": ["-c", "2", "-n", f"{token_hex(4)}@%h", "-I", "proofs.workers.tasks"],
            "beat": ["--schedule", str(place.folder / token_hex(4)), "--max-interval", "1"],
        }
        self.log = place.folder / f"{command}-{time.time_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-W", "ignore", "-m", "celery", "-A", "config", command, *options[command]],
                cwd=BASE_DIR,
                env={**place.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether it takes tasks. One whose processes are killed before that ends itself."""
        return " ready." in self.log.read_text("utf-8", "replace")

    def processes(self) -> list[int]:
        """Return the ids of the processes that run its tasks."""
        found = subprocess.run(  # noqa: S603
            ["pgrep", "-P", str(self.process.pid)],  # noqa: S607 - wherever it is
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in found.stdout.split()]

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Place:
    """A broker, a database and a folder that this process and its workers share."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        self.mails, self.notes = folder / "mails", folder / "notes"
        self.mails.mkdir()
        self.notes.mkdir()
        self.workers: list[Worker] = []
        self.environment = {
            # Not how coverage follows processes: it would slow them down, and what they run has tests here as well.
            **{name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"},
            **broker.environment,
            "DATABASE_URL": url_of_database(),
            "DJANGO_SETTINGS_MODULE": "proofs.workers.settings",
            "MAIL_FOLDER": str(self.mails),
        }

    def start(self, command: str = "worker", **environment: str) -> Worker:
        """Start a worker, or another command of Celery, that ends with this place at the latest."""
        self.workers.append(Worker(self, command, environment))
        return self.workers[-1]

    def noted(self, what: str) -> int:
        """Return how often a task noted that."""
        return len(list(self.notes.glob(f"{what}-*")))

    def is_idle(self) -> bool:
        """Whether nothing waits in a queue."""
        return not any(queue_depths().values())

    def message_ids(self) -> list[str]:
        """Return the Message-ID of every mail that left."""
        lines = [line for file in self.mails.iterdir() for line in file.read_text("utf-8").splitlines()]
        return [line.removeprefix("Message-ID: ") for line in lines if line.startswith("Message-ID: ")]

    def logs(self) -> str:
        return "\n".join(worker.log.read_text("utf-8", "replace") for worker in self.workers)


def url_of_database() -> str:
    """Return the URL of the database that `connection` leads to."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def place(broker: Broker, folder: Path) -> Iterator[Place]:
    """Give a place with an empty database, on whose broker this process's tasks go too; end its workers afterwards."""
    with empty_database(), sending_to(broker):
        call_command("migrate", verbosity=0)
        found = Place(broker, folder)
        try:
            yield found
        finally:
            for worker in found.workers:
                if worker.process.poll() is None:
                    worker.kill()
            broker.clear()


@contextmanager
def sending_to(broker: Broker) -> Iterator[None]:
    """Let tasks that this process sends go to the broker."""
    conf = app.conf
    settings = {name.removeprefix("CELERY_").lower(): value for name, value in broker.settings.items()}
    usual = {name: conf.get(name) for name in settings}
    conf.update(settings)
    forget_connections()
    try:
        yield
    finally:
        conf.update(usual)
        forget_connections()


def forget_connections() -> None:
    """Make the app read its settings again, as it does in a forked process."""
    celery: Any = app
    vars(celery).pop("amqp", None)
    celery._after_fork()  # noqa: SLF001 - the only way to forget the pool
    Circuit.retry_at = 0.0
