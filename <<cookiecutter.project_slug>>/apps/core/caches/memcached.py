"""The cache on Memcached."""

from django.core.cache.backends import memcached

from apps.core.caches import Counted


class PyMemcacheCache(Counted, memcached.PyMemcacheCache):
    """Django's own, counted."""
