"""Tasks that keep the outbox and the queues in order."""

import logging

from celery import current_app, shared_task

from apps.outbox import broker, services
from apps.outbox.base import BaseTask

logger = logging.getLogger(__name__)


@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=100, time_limit=110)
def send_overdue() -> int:
    """Send tasks again that were lost on their way, and return how many."""
    return services.send_overdue()


@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=20, time_limit=30)
def watch_queues() -> None:
    """Log a warning for every queue with more tasks than CELERY_QUEUE_DEPTH_WARNING."""
    for queue, depth in broker.queue_depths().items():
        if depth > current_app.conf.queue_depth_warning:
            logger.warning("%s tasks wait in %s", depth, queue)
