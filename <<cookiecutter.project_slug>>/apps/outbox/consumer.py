"""RabbitMQ's own dead letters: what it gave up before a worker could judge it.

A part of every worker, so that there is nothing more to deploy and to forget.
"""

import logging
from typing import Any
from uuid import uuid4

from celery import Celery, current_app
from celery.bootsteps import ConsumerStep
from django.db import Error, connections
from kombu import Consumer, Queue
from kombu.exceptions import ContentDisallowed, DecodeError
from kombu.message import Message

from apps.outbox import services
from apps.outbox.models import Reason

logger = logging.getLogger(__name__)

# Seconds until a message is tried again that the database did not take.
DATABASE_PAUSE = 60

EXPLANATIONS = {
    "delivery_limit": "Its workers died, or the connection to them.",
    "expired": "It expired before a worker had time for it.",
    "rejected": "A worker could not make anything of it.",
}


def dead_letter_queue(app: Celery) -> Queue:
    """Return the queue for which RabbitMQ has the tasks that it gave up."""
    return Queue(f"{app.conf.queue_prefix}dead-letters", queue_arguments={"x-queue-type": "quorum"})


class DeadLetterConsumer(ConsumerStep):
    """Files what comes into the queue of dead letters."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.timer = parent.timer
        super().__init__(parent, **kwargs)

    def include_if(self, parent: Any) -> bool:
        """Only RabbitMQ has such a queue."""
        return bool(parent.app.connection_for_read().transport.driver_type == "amqp")

    def get_consumers(self, channel: Any) -> list[Consumer]:
        queue = dead_letter_queue(current_app)
        return [Consumer(channel, [queue], on_message=self.file, prefetch_count=10, accept=["json"])]

    def file(self, message: Message) -> None:
        """File one message, and take it off the queue if that worked."""
        try:
            file_message(message)
        except Error:
            logger.exception("A dead letter of the broker cannot be filed now")
            self.timer.call_after(DATABASE_PAUSE, message.requeue)
        else:
            message.ack()
        finally:
            # The worker's main process has no other use for the database.
            connections.close_all()


def file_message(message: Message) -> None:
    """File a task as it is on its way, whatever it looks like."""
    headers: dict[str, Any] = message.headers or {}
    try:
        args, kwargs, _ = message.decode()
    except (ContentDisallowed, DecodeError, TypeError, ValueError):
        args, kwargs = [str(message.body)], {}
    death: dict[str, Any] = next(iter(headers.get("x-death", [])), {})
    explanation = EXPLANATIONS.get(death.get("reason", "rejected"), "")
    services.file_dead_letter(
        task_id=str(headers.get("id") or uuid4()),
        task=str(headers.get("task", "")),
        args=args,
        kwargs=kwargs,
        queue=death.get("queue") or message.delivery_info.get("routing_key", ""),
        reason=Reason.GIVEN_UP,
        exception=explanation,
        attempts=headers.get("retries", 0) + headers.get("x-delivery-count", 0),
        context=headers.get("context"),
    )
