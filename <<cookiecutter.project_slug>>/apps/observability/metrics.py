"""Metrics for Prometheus: requests, queries, cache and connection pool, at /metrics.

With several worker processes each counts for itself, and PROMETHEUS_MULTIPROC_DIR names the folder where they put
their numbers together. It must be set before Python starts, and be empty then.
"""

import os
import time
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

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
POOL_STATES = {"size": "pool_size", "available": "pool_available", "max": "pool_max", "waiting": "requests_waiting"}

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Requests by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Histogram(
    "db_query_duration_seconds",
    "Statements sent to a database.",
    ["database"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
QUERY_ERRORS = Counter("db_query_errors", "Statements that failed.", ["database", "error"])
POOL = Gauge(
    "db_pool_connections",
    "The connection pool: its size, what of it is available, its limit, and who waits for a connection.",
    ["database", "state"],
    multiprocess_mode="livesum",
)

# Asked at each scrape, in the process that answers it: for what is not this process's own, such as the depth of a queue.
COLLECTORS: list[Collector] = []


def observe_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one request. Paths that lead nowhere, and invented methods, share a label: scanners try thousands."""
    match = request.resolver_match
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, f"/{match.route}" if match else "none", status).observe(seconds)
    observe_pools()


def observe_query(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
    """Run one statement and count it: the signature of an `execute_wrapper`."""
    database = context["connection"].alias
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Exception as error:
        QUERY_ERRORS.labels(database, type(error).__name__).inc()
        raise
    finally:
        QUERIES.labels(database).observe(time.perf_counter() - start)


def count_queries(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Count what a new connection sends: a receiver of `connection_created`, which a reconnection sends again."""
    if observe_query not in connection.execute_wrappers:
        # First: who adds a wrapper for a while takes the last one off afterwards.
        connection.execute_wrappers.insert(0, observe_query)


class PoolClock:
    """When this process last looked at its pools."""

    looked = float("-inf")


def observe_pools() -> None:
    """Note the state of this process's connection pools, at most once a second."""
    now = time.monotonic()
    if now - PoolClock.looked < 1:
        return
    PoolClock.looked = now
    for connection in connections.all(initialized_only=True):
        if (pool := getattr(connection, "pool", None)) is not None:
            stats = pool.get_stats()
            for state, name in POOL_STATES.items():
                POOL.labels(connection.alias, state).set(stats.get(name, 0))


def registry() -> CollectorRegistry:
    """Return all there is to scrape, of all worker processes."""
    everything = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(everything)  # type: ignore[no-untyped-call]
    else:
        everything.register(REGISTRY)
    for collector in COLLECTORS:
        everything.register(collector)
    return everything


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, if it has the token METRICS_TOKEN; without one there is nothing here outside development."""
    token: str = settings.METRICS_TOKEN
    if not token and not settings.DEBUG:
        raise Http404
    if token and not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry()), content_type=content_type)
