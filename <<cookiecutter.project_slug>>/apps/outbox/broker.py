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

# Seconds that a request waits for the broker, and for which it is left alone after a failure.
TIMEOUT = PAUSE = 1


class Circuit:
    """When to try the broker again after a failure; 0 while it works."""

    retry_at = 0.0


def publish(task: Any, args: Any, kwargs: Any, **options: Any) -> bool:
    """Send a task, or run it if there is no broker; return False, within about a second, if the broker is down."""
    if not current_app.conf.broker_url:
        task.apply_async(args, kwargs, **options)
        return True
    start = time.monotonic()
    if Circuit.retry_at:
        if start < Circuit.retry_at:
            return False
        Circuit.retry_at = start + PAUSE + TIMEOUT  # other threads go on without the broker

    def retry_once(error: Exception, interval: float) -> None:
        """Retry on a connection that the broker closed, not on one that timed out."""
        if time.monotonic() - start > TIMEOUT / 2:
            raise error

    options |= {"confirm_timeout": TIMEOUT, "retry_policy": {"max_retries": 1, "errback": retry_once}}
    try:
        with producers[bounded_connection()].acquire(block=True, timeout=TIMEOUT) as producer:
            task.apply_async(args, kwargs, producer=producer, **options)
    except (OperationalError, OSError, LimitExceeded) as error:
        logger.error("The broker is not available: %s", error)  # noqa: TRY400 - the traceback says no more
        Circuit.retry_at = time.monotonic() + PAUSE
        return False
    Circuit.retry_at = 0.0
    return True


def bounded_connection() -> Connection:
    """Return a connection, not yet established, that does not wait for long."""
    return current_app.connection_for_write(connect_timeout=TIMEOUT, transport_options={"socket_timeout": TIMEOUT})


def queue_depths() -> dict[str, int]:
    """Return how many tasks wait in each queue, or nothing if there is no broker."""
    depths: dict[str, int] = {}
    if not current_app.conf.broker_url:
        return depths
    with bounded_connection() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        for queue in current_app.conf.task_queues:
            channel: Any = connection.channel()  # its type lacks most of its methods
            try:
                depths[queue.alias] = channel.queue_declare(queue.name, passive=True).message_count
            except (ChannelError, NotFound):  # nothing was ever in it
                depths[queue.alias] = 0
    return depths
