"""The cache on Redis."""

from django.core.cache.backends import redis

from apps.core.caches import Counted


class RedisCache(Counted, redis.RedisCache):
    """Django's own, counted."""
