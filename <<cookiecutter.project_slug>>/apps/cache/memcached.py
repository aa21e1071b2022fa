"""The cache on Memcached."""

from typing import Any

from django.core.cache.backends import memcached
from pymemcache.exceptions import MemcacheError  # type: ignore[import-untyped] # it has no types

from apps.cache import Counted
from apps.cache.degrading import Degrading

OPTIONS = {
    # Seconds. A server in the same network answers in a few thousandths.
    "connect_timeout": 0.5,
    "timeout": 0.5,
    # Of several servers, one that fails is left out at once, and tried again after so many seconds.
    "retry_attempts": 0,
    "dead_timeout": 1,
}


class MemcachedCache(Counted, Degrading, memcached.PyMemcacheCache):
    """Django's own, counted, with time limits, and without errors while the server is down."""

    errors = (OSError, MemcacheError)

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**OPTIONS, **params.get("OPTIONS", {})}})
