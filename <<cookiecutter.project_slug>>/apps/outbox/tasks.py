"""Tasks that keep the outbox and the queues in order."""

import logging
from datetime import timedelta

from celery import current_app, shared_task
from django.utils import timezone

from apps.outbox import broker, services
from apps.outbox.base import BaseTask
from apps.outbox.models import OutboxTask, State

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


@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=50, time_limit=60)
def clear_discarded() -> int:
    """Delete tasks discarded long ago, and return how many."""
    long_ago = timezone.now() - timedelta(days=90)
    return OutboxTask.objects.filter(state=State.DISCARDED, failed_at__lt=long_ago).delete()[0]
