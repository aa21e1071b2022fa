"""RabbitMQ: quorum queues, which survive the loss of a node, count deliveries, and pass on what nobody could finish."""

from collections.abc import Iterable
from typing import Any

from kombu import Exchange, Queue

SCHEMES = ("amqp", "amqps")
# Where it is on a machine for development and tests.
LOCAL_URL = "amqp://guest:guest@127.0.0.1:5672//"


def queues(prefix: str, names: Iterable[str]) -> list[Queue]:
    """Return the queues with these names."""
    exchange = Exchange(f"{prefix}tasks", type="topic")
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 3,  # the fourth worker that dies of a task is the last
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{prefix}dead-letters",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # which that strategy asks for
    }
    return [Queue(name, exchange, routing_key=name, queue_arguments=arguments) for name in names]


def transport_options(prefix: str, visibility_timeout: int) -> dict[str, Any]:
    """Return what its client is told: a task counts as sent when the broker has it on disk."""
    return {"confirm_publish": True}
