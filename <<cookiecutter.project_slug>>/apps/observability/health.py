"""Health checks for load balancers and orchestrators."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from uuid import uuid4

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from structlog.contextvars import bind_contextvars

from apps.observability.context import current_request, get_request_id
from apps.observability.middleware import Around, around_view

SECONDS_CACHED = 1
SECONDS_TO_WAIT = 2

logger = logging.getLogger(__name__)
type Check = Callable[[], object]


def check_database() -> None:
    """Raise if the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_cache() -> None:
    """Raise if the cache does not return a stored value."""
    key = f"health-{uuid4()}"
    cache.set(key, "stored", timeout=10)
    if cache.get(key) != "stored":
        raise ConnectionError("The cache does not answer, or lost a value at once.")
    cache.delete(key)


def check_static_files() -> None:
    """Raise if `collectstatic` has not been run."""
    if not settings.DEBUG and getattr(staticfiles_storage, "hashed_files", None) == {}:
        raise FileNotFoundError("No static files: run `manage.py collectstatic`.")


CHECKS: dict[str, Check] = {"database": check_database, "cache": check_cache, "static_files": check_static_files}
_results: dict[Check, tuple[float, Future[None]]] = {}
_executor = ThreadPoolExecutor(thread_name_prefix="health")


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process serves requests."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 503 if a dependency that requests need does not respond; name all that do not."""
    results = {name: start(name, check) for name, check in CHECKS.items()}
    done, _ = wait(results.values(), timeout=SECONDS_TO_WAIT)
    parts = {name: "ok" if result in done and not result.exception() else "failed" for name, result in results.items()}
    ignored = set(settings.DISPENSABLE_PARTS).difference(settings.READINESS_REQUIRES)
    failed = any(result == "failed" for name, result in parts.items() if name not in ignored)
    return JsonResponse({"status": "failed" if failed else "ok", "parts": parts}, status=503 if failed else 200)


def start(name: str, check: Check) -> Future[None]:
    """Return the pending or recent result of `check`, or start it: in a thread, as it may hang."""
    started, result = _results.get(check, (0.0, None))
    if result is None or (result.done() and time.monotonic() > started + SECONDS_CACHED):
        result = _executor.submit(run, name, check, current_request.get(), get_request_id())
        _results[check] = time.monotonic(), result
    return result


def run(name: str, check: Check, request: HttpRequest | None, request_id: str) -> None:
    """Run a check, within the time limits of a request; the reason of a failure goes to the log only."""
    current_request.set(request)
    bind_contextvars(request_id=request_id)
    try:
        check()
    except Exception:
        logger.exception("%s is not ready", name)
        raise
    finally:
        connections.close_all()


@around_view
def accept_probes(request: HttpRequest) -> Around:
    """Accept any Host header for health checks and metrics, which are requested by IP address."""
    if request.path_info.startswith(("/health/", "/metrics")):
        request.get_host = lambda: "localhost"  # type: ignore[method-assign]
    yield
