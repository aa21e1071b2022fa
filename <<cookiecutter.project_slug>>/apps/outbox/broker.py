"""The broker: publishing without waiting for it, and how many tasks wait in its queues."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from amqp.exceptions import NotFound
from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

# Seconds that a request waits for the broker, and seconds until the next attempt after a failure.
TIMEOUT = PAUSE = 1


class Circuit:
    """When to try the broker again after a failure; 0 while it works."""

    retry_at = 0.0


def give_up_after_timeout(error: Exception, interval: float) -> None:
    """Retry on a connection that the broker closed, not on one that timed out."""
    if isinstance(error, TimeoutError) or type(error).__name__ == "TimeoutError":  # the second is redis-py's
        raise error


RETRY_ONCE = {"max_retries": 1, "interval_start": 0, "errback": give_up_after_timeout}


@cache
def bounded_connection(url: str) -> Connection:
    """Return a connection to the broker, not yet established, that does not wait for long."""
    # The second and third are RabbitMQ's.
    options = {**dict.fromkeys(("socket_timeout", "read_timeout", "write_timeout"), TIMEOUT), **RETRY_ONCE}
    return current_app.connection_for_write(url, connect_timeout=TIMEOUT, transport_options=options)


@contextmanager
def as_operational_errors(connection: Connection) -> Iterator[None]:
    """Raise OperationalError for every error of the broker, such as a refused password or full memory."""
    kinds: tuple[type[BaseException], ...] = (*connection.connection_errors, *connection.channel_errors, LimitExceeded)
    try:
        yield
    except kinds as error:
        raise OperationalError(str(error)) from error


def publish(task: Any, args: Any, kwargs: Any, **options: Any) -> bool:
    """Send a task, or run it if there is no broker; return False, within about a second, if the broker is down."""
    url = current_app.conf.broker_url
    if not url:
        task.apply_async(args, kwargs, **options)
        return True
    now = time.monotonic()
    if Circuit.retry_at:
        if now < Circuit.retry_at:
            return False
        Circuit.retry_at = now + PAUSE + TIMEOUT  # other threads do not wait
    options |= {"confirm_timeout": TIMEOUT, "retry_policy": RETRY_ONCE}
    try:
        connection = bounded_connection(url)
        with as_operational_errors(connection), producers[connection].acquire(block=True, timeout=TIMEOUT) as producer:
            task.apply_async(args, kwargs, producer=producer, **options)
    except OperationalError as error:
        logger.error("The broker is not available: %s", error)  # noqa: TRY400 - the traceback says no more
        Circuit.retry_at = time.monotonic() + PAUSE
        return False
    Circuit.retry_at = 0.0
    return True


def queue_depths() -> dict[str, int]:
    """Return how many tasks wait in each queue, or nothing if there is no broker; raise OperationalError if it is down."""
    depths: dict[str, int] = {}
    url = current_app.conf.broker_url
    if not url:
        return depths
    with bounded_connection(url).clone() as connection, as_operational_errors(connection):
        connection.ensure_connection(max_retries=1, interval_start=0)
        for queue in current_app.conf.task_queues:
            channel: Any = connection.channel()  # its type lacks most of its methods
            try:
                depths[queue.alias] = channel.queue_declare(queue.name, passive=True).message_count
            except (ChannelError, NotFound):  # nothing was ever in it
                depths[queue.alias] = 0
    return depths
