"""Brokers to test real workers on: each test run has names of its own on them."""

import os
import runpy
from secrets import token_hex
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from kombu import Connection

from config.settings.env import BASE_DIR

# Where they are, unless the environment says so.
URLS = {
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
    # % if cookiecutter.use_redis
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    # % endif
}


def settings_for(**environment: str) -> dict[str, Any]:
    """Return the CELERY_ settings of a process with these environment variables."""
    with patch.dict(os.environ, environment):
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
        message = f"{name} is needed at {urlsplit(found.url).hostname} and does not answer: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found
