"""The cache on Redis, or on Valkey, which speaks the same protocol."""

from functools import cache
from typing import Any

from django.core.cache.backends import redis
from redis import Redis
from redis.exceptions import RedisError

from apps.cache import Counted
from apps.cache.degrading import Degrading

# Seconds. A server in the same network answers in a few thousandths.
OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}


class RedisCacheClient(redis.RedisCacheClient):
    """Django's own, which would make a `Redis` for every operation: that takes as long as the operation itself."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._client = cache(Redis)  # one for each connection pool


class RedisCache(Counted, Degrading, redis.RedisCache):
    """Django's own, counted, with time limits, and without errors while the server is down."""

    errors = (RedisError,)

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**OPTIONS, **params.get("OPTIONS", {})}})
        self._class = RedisCacheClient
