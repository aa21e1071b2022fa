"""Broker, queues and outbox for Prometheus, asked at each scrape: any process may answer."""

import logging
from collections.abc import Iterator

from django.db import Error
from django.db.models import Count
from kombu.exceptions import OperationalError
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.outbox.broker import queue_depths
from apps.outbox.models import OutboxTask, State

logger = logging.getLogger(__name__)


class OutboxCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        """Yield the current values. One query."""
        up = GaugeMetricFamily("celery_broker_up", "Whether the broker answers.")
        depth = GaugeMetricFamily("celery_queue_depth", "Tasks that wait for a worker.", labels=["queue"])
        try:
            for queue, waiting in queue_depths().items():
                depth.add_metric([queue], waiting)
            up.add_metric([], 1)
        except OperationalError:
            logger.exception("The broker does not answer")
            up.add_metric([], 0)
        yield up
        yield depth
        outbox = GaugeMetricFamily("celery_outbox_tasks", "Tasks that have not finished.", labels=["state"])
        try:
            counts = dict(OutboxTask.objects.order_by().values_list("state").annotate(Count("pk")))
            for state in (State.QUEUED, State.FAILED):
                outbox.add_metric([state], counts.get(state, 0))
        except Error:
            logger.exception("The database does not answer")
        yield outbox
