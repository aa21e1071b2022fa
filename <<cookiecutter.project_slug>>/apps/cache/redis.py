"""The cache on Redis or Valkey."""

from functools import cache
from typing import Any

from django.core.cache.backends import redis
from redis import Redis
from redis.exceptions import RedisError

from apps.cache.degrading import Degrading

# Seconds. A server in the same network answers within milliseconds.
OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}


class RedisCacheClient(redis.RedisCacheClient):
    """Django's client, which creates a `Redis` for every operation: that takes as long as the operation."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._client = cache(Redis)  # one for each connection pool


class RedisCache(Degrading, redis.RedisCache):
    """Django's backend, with timeouts and without errors during an outage."""

    errors = (RedisError,)

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**OPTIONS, **params.get("OPTIONS", {})}})
        self._class = RedisCacheClient
