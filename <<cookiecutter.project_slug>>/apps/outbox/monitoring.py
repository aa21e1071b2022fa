"""Health check, metrics and system check of background tasks."""

from collections.abc import Iterator
from typing import Any

from celery import current_app
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError
from django.db.models import Count
from kombu.exceptions import OperationalError
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.outbox.broker import queue_depths
from apps.outbox.models import OutboxTask, State


class OutboxCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        """Yield the state of broker, queues and outbox. One query."""
        up = GaugeMetricFamily("celery_broker_up", "Whether the broker answers.")
        depths = GaugeMetricFamily("celery_queue_depth", "Tasks that wait for a worker.", labels=["queue"])
        tasks = GaugeMetricFamily("celery_outbox_tasks", "Tasks that have not finished.", labels=["state"])
        try:
            for queue, depth in queue_depths().items():
                depths.add_metric([queue], depth)
            up.add_metric([], 1)
        except OperationalError:
            up.add_metric([], 0)
        try:
            counts = dict(OutboxTask.objects.order_by().values_list("state").annotate(Count("pk")))
        except DatabaseError:
            pass  # the other metrics tell of it
        else:
            for state in State:
                tasks.add_metric([state], counts.get(state, 0))
        yield from (up, depths, tasks)


@register
def check_time_limits(**kwargs: Any) -> list[CheckMessage]:
    """Refuse tasks that the broker delivers again while they wait for a retry and run."""
    limit = current_app.conf.visibility_timeout
    message = "{} may take {} s (retry_backoff_max and time_limit), but the broker delivers a task again after {} s."
    hint = "Lower them, split the task, or raise CELERY_VISIBILITY_TIMEOUT: see docs/celery.md."
    return [
        Error(message.format(name, seconds, limit), hint=hint, id="outbox.E001")
        for name, task in sorted(current_app.tasks.items())
        if (seconds := (task.time_limit or 0) + getattr(task, "retry_backoff_max", 0)) >= limit
    ]
