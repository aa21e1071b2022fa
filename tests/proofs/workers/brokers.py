"""Brokers to test real workers on: each test run has names of its own on them."""

import os
import runpy
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from kombu import Connection

from config.settings.env import BASE_DIR, env
from proofs.services import without

# Where they are, unless the environment says so.
URLS = {
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
    # % if cookiecutter.use_redis
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    # % endif
}


def settings_for(**environment: str) -> dict[str, Any]:
    """Return the CELERY_ settings of a process with these environment variables."""
    with patch.object(env, "values", {**os.environ, **environment}):
        names = runpy.run_path(str(BASE_DIR / "config" / "settings" / "celery.py"))
    return {name: value for name, value in names.items() if name.startswith("CELERY_")}


class Broker:
    """A broker that answers, with a prefix that nobody else has."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.prefix = f"test-{token_hex(6)}."
        # What leads another process to this broker.
        self.environment = {"CELERY_BROKER_URL": url, "CELERY_QUEUE_PREFIX": self.prefix}
        self.settings = settings_for(**self.environment)

    def connection(self) -> Connection:
        return Connection(self.url, transport_options=self.settings["CELERY_BROKER_TRANSPORT_OPTIONS"])

    def clear(self) -> None:
        """Take all names of this run off the broker."""
        with self.connection() as connection:
            channel: Any = connection.default_channel
            if connection.transport.driver_type == "amqp":
                for queue in self.settings["CELERY_TASK_QUEUES"]:
                    channel.queue_delete(queue.name)
                channel.exchange_delete(f"{self.prefix}tasks")
            else:
                for key in list(channel.client.scan_iter(match=f"*{self.prefix}*")):
                    channel.client.unlink(key)


def find_broker(name: str) -> Broker:
    """Return the broker of that name; without it skip the test, where CI is set fail it."""
    found = Broker(URLS[name])
    try:
        with found.connection() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except Exception as error:
        without(name, f"{urlsplit(found.url).hostname} does not answer: {error}")
    return found


# % if cookiecutter.use_redis
class RedisServer:
    """A Redis that a test may stop, kill and start again; nothing of it is on a disk."""

    def __init__(self) -> None:
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self.port = chosen.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own arguments
        with Connection(self.url) as connection:
            connection.ensure_connection(max_retries=100, interval_start=0.1, interval_step=0, interval_max=0.1)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart_empty(self) -> None:
        self.kill()
        self.start()


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis inside the block; without the program, skip the test."""
    if not shutil.which("redis-server"):
        without("redis-server", "it is not installed")
    server = RedisServer()
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGCONT)
        server.kill()


# % endif
