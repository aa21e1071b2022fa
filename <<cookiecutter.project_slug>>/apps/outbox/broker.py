"""The broker: publishing without waiting for it, and how many tasks wait in its queues."""

import logging
import time
from typing import Any

from amqp.exceptions import NotFound
from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

# Seconds that a request waits for the broker, and for which it is left alone after it failed.
TIMEOUT = 1
PAUSE = 1


class QueueTooDeepError(RuntimeError):
    """More tasks wait than CELERY_QUEUE_DEPTH_LIMIT."""


class Circuit:
    """Whether the broker may be tried. After a failure one thread tries, while the others go on without it."""

    failed = False
    retry_at = 0.0

    @classmethod
    def is_open(cls) -> bool:
        now = time.monotonic()
        if cls.failed and now < cls.retry_at:
            return True
        cls.retry_at = now + PAUSE + 2 * TIMEOUT
        return False


def publish(task: Any, args: Any, kwargs: Any, **options: Any) -> bool:
    """Send a task, or run it if there is no broker; return False, within about a second, if the broker is down."""
    if not current_app.conf.broker_url:
        task.apply_async(args, kwargs, **options)
        return True
    if Circuit.is_open():
        return False
    try:
        with producers[bounded_connection()].acquire(block=True, timeout=TIMEOUT) as producer:
            task.apply_async(args, kwargs, producer=producer, confirm_timeout=TIMEOUT, **options)
    except (OperationalError, OSError, LimitExceeded) as error:
        Circuit.failed, Circuit.retry_at = True, time.monotonic() + PAUSE
        logger.error("The broker is not available: %s", error)  # noqa: TRY400 - the traceback says no more
        return False
    Circuit.failed = False
    return True


def bounded_connection() -> Connection:
    """Return a connection, not yet established, that does not wait for long."""
    return current_app.connection_for_write(connect_timeout=TIMEOUT, transport_options={"socket_timeout": TIMEOUT})


def queue_depths() -> dict[str, int]:
    """Return how many tasks wait in each queue; nothing without a broker.

    Raises:
        kombu.exceptions.OperationalError: the broker does not answer.
    """
    if not current_app.conf.broker_url:
        return {}
    with bounded_connection() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        return {str(queue.alias): _depth(connection, queue.name) for queue in current_app.conf.task_queues}


def _depth(connection: Connection, queue: str) -> int:
    channel: Any  # its type lacks most of its methods
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except (ChannelError, NotFound):  # nothing was ever in it
            return 0


def check_broker() -> None:
    """Raise if the broker does not answer."""
    if current_app.conf.broker_url:
        with bounded_connection() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)


def check_queues() -> None:
    """Raise if more tasks wait than CELERY_QUEUE_DEPTH_LIMIT, unless that is 0."""
    limit = current_app.conf.queue_depth_limit
    deep = {queue: depth for queue, depth in queue_depths().items() if depth > limit} if limit else {}
    if deep:
        raise QueueTooDeepError(", ".join(f"{depth} tasks wait in {queue}" for queue, depth in deep.items()))
