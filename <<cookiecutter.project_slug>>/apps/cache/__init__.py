"""Django's caches, counted: how often a value was there, for `apps.observability.metrics`."""

from typing import Any

from django.core.cache.backends import locmem
from prometheus_client import Counter

GETS = Counter("cache_gets", "Values asked of the cache, by whether they were there.", ["result"])
ERRORS = Counter("cache_errors", "Attempts to use the cache that failed.")
HIT, MISS = GETS.labels("hit"), GETS.labels("miss")
ABSENT = object()


class Counted:
    """Before a cache's own class: counts each `get`."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value for `key`, or `default`."""
        value = super().get(key, ABSENT, version)  # type: ignore[misc]  # the cache's, which comes next
        if value is ABSENT:
            MISS.inc()
            return default
        HIT.inc()
        return value


class LocMemCache(Counted, locmem.LocMemCache):
    """The process's own memory."""
