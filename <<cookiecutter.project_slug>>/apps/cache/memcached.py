"""The cache on Memcached."""

from typing import Any

from django.core.cache.backends import memcached
from pymemcache.exceptions import MemcacheError  # type: ignore[import-untyped] # it has no types

from apps.cache.degrading import Degrading

OPTIONS = {
    # Seconds. A server in the same network answers within milliseconds.
    "connect_timeout": 0.5,
    "timeout": 0.5,
    # Of several servers, one that fails is left out at once and tried again after a second.
    "retry_attempts": 0,
    "dead_timeout": 1,
}


class MemcachedCache(Degrading, memcached.PyMemcacheCache):
    """Django's backend, with timeouts and without errors during an outage."""

    errors = (OSError, MemcacheError)

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**OPTIONS, **params.get("OPTIONS", {})}})
