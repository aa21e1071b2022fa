"""Background work for Prometheus: asked of the broker and the database at each scrape, so any process may answer."""

import logging
from collections.abc import Iterator

from django.db import Error
from kombu.exceptions import OperationalError
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.outbox.models import DeadLetter
from apps.outbox.queues import queue_depths

logger = logging.getLogger(__name__)


class BackgroundCollector(Collector):
    """The depth of every queue, whether the broker answers, and the dead letters that wait for somebody."""

    def collect(self) -> Iterator[Metric]:
        """Yield them as they are now. One query."""
        up = GaugeMetricFamily("celery_broker_up", "Whether the broker answers.")
        depth = GaugeMetricFamily("celery_queue_depth", "Tasks that wait for a worker.", labels=["queue"])
        try:
            for queue, waiting in queue_depths().items():
                depth.add_metric([queue], waiting)
        except OperationalError:
            logger.exception("The broker does not answer")
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
        yield up
        yield depth
        letters = GaugeMetricFamily("celery_dead_letters", "Tasks that could not be done.")
        try:
            letters.add_metric([], DeadLetter.objects.waiting().count())
        except Error:
            logger.exception("The database does not answer")
        yield letters
