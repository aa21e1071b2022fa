"""Rate limits."""

import math
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache

from apps.security.client_ip import client_network


class FixedWindowMixin:
    """Counts requests by the clock, mixed into a throttle class of the API framework.

    That takes two operations on the cache, however many requests the rate allows, and admits at worst twice the rate
    across the turn of a window. While the cache is down, everything is let through.
    """

    scope: str
    num_requests: int
    duration: int
    _wait = 0

    def allow_request(self, request: Any, *args: Any) -> bool:
        key = self.get_cache_key(request, *args)  # type: ignore[attr-defined]  # the framework's class has it
        if key is None:
            return True
        now = time.time()
        window = int(now // self.duration)
        self._wait = math.ceil((window + 1) * self.duration - now)
        cache.add(f"{key}:{window}", 0, timeout=self.duration)
        try:
            count = cache.incr(f"{key}:{window}")
        except ValueError:  # the cache is down, or was full
            return True
        return count <= self.num_requests

    def wait(self) -> int:
        return self._wait

    def get_ident(self, request: Any) -> str:
        return client_network(request)

    def get_rate(self) -> str:
        return str(settings.THROTTLE_RATES[self.scope])
