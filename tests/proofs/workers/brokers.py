"""Brokers to test real workers on: each test run has names of its own on them."""

import os
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from kombu import Connection

from apps.outbox.consumer import dead_letter_queue
from config.settings.celery import ROUTES, broker_settings
from proofs.services import without

# Where they are, unless the environment says so: by the kind's name and _URL.
LOCAL_URLS = {
    "rabbitmq": "amqp://guest:guest@127.0.0.1:5672//",
    # % if cookiecutter.use_redis
    "redis": "redis://127.0.0.1:6379/0",
    # % endif
}
URLS = {name: os.environ.get(f"{name.upper()}_URL", url) for name, url in LOCAL_URLS.items()}


class Broker:
    """A broker that answers, with a prefix that nobody else has."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.prefix = f"test-{token_hex(6)}."
        self.settings = {
            **broker_settings(url, self.prefix),
            "CELERY_BROKER_URL": url,
            "CELERY_TASK_ALWAYS_EAGER": False,
            "CELERY_QUEUE_PREFIX": self.prefix,
            "CELERY_CONTROL_EXCHANGE": f"{self.prefix}control",
            "CELERY_EVENT_EXCHANGE": f"{self.prefix}events",
            "CELERY_TASK_DEFAULT_QUEUE": f"{self.prefix}default",
            "CELERY_TASK_ROUTES": {pattern: {"queue": f"{self.prefix}{queue}"} for pattern, queue in ROUTES.items()},
        }

    @property
    def environment(self) -> dict[str, str]:
        """What leads another process to this broker."""
        return {"CELERY_BROKER_URL": self.url, "CELERY_QUEUE_PREFIX": self.prefix}

    def connection(self) -> Connection:
        return Connection(self.url, transport_options=self.settings["CELERY_BROKER_TRANSPORT_OPTIONS"])

    def clear(self, app: Celery) -> None:
        """Take all names of this run off the broker."""
        with self.connection() as connection:
            channel: Any = connection.default_channel
            if connection.transport.driver_type == "amqp":
                for queue in [*self.settings["CELERY_TASK_QUEUES"], dead_letter_queue(app)]:
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
