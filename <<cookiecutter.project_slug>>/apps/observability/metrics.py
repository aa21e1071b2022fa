"""Metrics for Prometheus.

Worker processes share their values through files in PROMETHEUS_MULTIPROC_DIR, which config/gunicorn.py sets.
"""

import os
from http import HTTPMethod

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Requests by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)


# % if cookiecutter.use_celery
# Collected at each scrape: values that belong to no single process, such as the depth of a queue.
SHARED_VALUES = CollectorRegistry()


# % endif
def observe_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count a request. Unknown paths and methods share one label, as scanners try thousands."""
    match = request.resolver_match
    method = request.method if request.method in HTTPMethod else "other"
    REQUESTS.labels(method, f"/{match.route}" if match else "none", status).observe(seconds)


def build_registry() -> CollectorRegistry:
    """Return the metrics of all worker processes."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    # % if cookiecutter.use_celery
    registry.register(SHARED_VALUES)
    # % endif
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
