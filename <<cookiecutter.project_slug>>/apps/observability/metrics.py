"""Metrics for Prometheus: requests, queries, cache and connection pool.

Worker processes share their values through files in PROMETHEUS_MULTIPROC_DIR, which config/gunicorn.py sets.
"""

import os
from http import HTTPMethod
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

POOL_STATES = {"size": "pool_size", "available": "pool_available", "max": "pool_max", "waiting": "requests_waiting"}

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Requests by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Histogram(
    "db_query_duration_seconds",
    "Database queries.",
    ["database"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
QUERY_ERRORS = Counter("db_query_errors", "Database queries that failed.", ["database", "error"])
POOL = Gauge(
    "db_pool_connections",
    "Connections of the pool: open, available, at most, and requests waiting for one.",
    ["database", "state"],
    multiprocess_mode="livesum",
)

# Called at each scrape: for values that belong to no single process, such as the depth of a queue.
COLLECTORS: list[Collector] = []


def observe_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count a request. Unknown paths and methods share one label, as scanners try thousands."""
    match = request.resolver_match
    method = request.method if request.method in HTTPMethod else "other"
    REQUESTS.labels(method, f"/{match.route}" if match else "none", status).observe(seconds)
    for connection in connections.all(initialized_only=True):
        if (pool := getattr(connection, "pool", None)) is not None:
            stats = pool.get_stats()
            for state, name in POOL_STATES.items():
                POOL.labels(connection.alias, state).set(stats.get(name, 0))


def observe_query(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
    """Execute a query and count it (an `execute_wrapper`)."""
    database = context["connection"].alias
    with QUERIES.labels(database).time():
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            QUERY_ERRORS.labels(database, type(error).__name__).inc()
            raise


def count_queries(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Count the queries of a new connection (a receiver of `connection_created`, sent again on reconnection)."""
    if observe_query not in connection.execute_wrappers:
        # First: `execute_wrapper` removes the last one when its block ends.
        connection.execute_wrappers.insert(0, observe_query)


def build_registry() -> CollectorRegistry:
    """Return the metrics of all worker processes."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    for collector in COLLECTORS:
        registry.register(collector)
    return registry


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to a client with METRICS_TOKEN; if that is not set, only in development."""
    token: str = settings.METRICS_TOKEN
    if not token and not settings.DEBUG:
        raise Http404
    if token and not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(build_registry()), content_type=content_type)
