"""Redis: lists, and a sweep that takes back what a dead worker had."""

from collections.abc import Iterable
from typing import Any

from kombu import Exchange, Queue

SCHEMES = ("redis", "rediss")
# Where it is on a machine for development and tests.
LOCAL_URL = "redis://127.0.0.1:6379/0"


def queues(prefix: str, names: Iterable[str]) -> list[Queue]:
    """Return the queues with these names."""
    exchange = Exchange(f"{prefix}tasks", type="direct")
    return [Queue(name, exchange, routing_key=name) for name in names]


def transport_options(prefix: str, visibility_timeout: int) -> dict[str, Any]:
    """Return what its client is told."""
    return {
        "visibility_timeout": visibility_timeout,
        # Look every second for what was not done in time; usually it is every 100 seconds.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "unacked_key": f"{prefix}unacked",
        "unacked_index_key": f"{prefix}unacked-index",
        "unacked_mutex_key": f"{prefix}unacked-mutex",
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
    }
