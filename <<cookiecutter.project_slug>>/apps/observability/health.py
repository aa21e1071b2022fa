"""Health for load balancers and orchestrators. Plain functions: a probe should not depend on much."""

import logging
from collections.abc import Callable
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


def check_database() -> None:
    """Raise if the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_cache() -> None:
    """Raise if the cache does not give back what was put in."""
    key = f"health-{uuid4()}"
    cache.set(key, "here", timeout=10)
    found = cache.get(key)
    cache.delete(key)
    if found != "here":
        raise ConnectionError("The cache does not answer, or forgot a value at once.")


CHECKS: dict[str, Callable[[], None]] = {"database": check_database, "cache": check_cache}


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers: 200. Restart it if not."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """What the process needs answers too: 200, or 503 with the failing parts named. Send no traffic if not."""
    parts = {name: state_of(name, check) for name, check in CHECKS.items()}
    failed = "failed" in parts.values()
    return JsonResponse({"status": "failed" if failed else "ok", "parts": parts}, status=503 if failed else 200)


def state_of(name: str, check: Callable[[], None]) -> str:
    """Return `ok` or `failed`; the reason goes to the log, not to whoever asked."""
    try:
        check()
    except Exception:
        logger.exception("%s is not ready", name)
        return "failed"
    return "ok"
