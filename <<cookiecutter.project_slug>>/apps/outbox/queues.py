"""How much work is waiting."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import NotFound
from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError

logger = logging.getLogger(__name__)


class QueueTooDeep(RuntimeError):  # noqa: N818 - named for what it is
    """More tasks wait than CELERY_QUEUE_DEPTH_LIMIT."""


@contextmanager
def broker() -> Iterator[Connection]:
    """Give a connection to the broker, tried twice at most.

    Raises:
        kombu.exceptions.OperationalError: it does not answer.
    """
    with current_app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        yield connection


def queue_depths() -> dict[str, int]:
    """Return for each queue how many tasks wait for a worker; nothing where there is no broker.

    Raises:
        kombu.exceptions.OperationalError: the broker does not answer.
    """
    if not current_app.conf.broker_url:
        return {}
    with broker() as connection:
        return {queue.name: _depth(connection, queue.name) for queue in current_app.conf.task_queues}


def _depth(connection: Connection, queue: str) -> int:
    channel: Any  # its type knows little of what it does
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except (ChannelError, NotFound):  # nothing was ever in it
            return 0


def watch_queues() -> dict[str, int]:
    """Warn of every queue with more tasks than CELERY_QUEUE_DEPTH_WARNING, and return the depths of all."""
    depths = queue_depths()
    for queue, depth in depths.items():
        if depth > current_app.conf.queue_depth_warning:
            logger.warning("%s tasks wait in %s", depth, queue)
    return depths


def check_broker() -> None:
    """Raise if the broker does not answer."""
    if current_app.conf.broker_url:
        with broker():
            pass


def check_queues() -> None:
    """Raise if more tasks wait than CELERY_QUEUE_DEPTH_LIMIT, unless that is 0."""
    limit = current_app.conf.queue_depth_limit
    deep = {queue: depth for queue, depth in queue_depths().items() if depth > limit} if limit else {}
    if deep:
        raise QueueTooDeep(", ".join(f"{depth} tasks wait in {queue}" for queue, depth in deep.items()))
