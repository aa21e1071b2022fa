"""Cached lists of products.

Their keys have a version, and a change of any product sets a new one once it is committed. The version is random, not
counted: a cache that lost it must not come back to an earlier one.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest

VERSION_KEY = "products:version"
# How long a list can be outdated after a change without a signal, such as one by SQL.
SECONDS = 60
# Search texts and cursors have no end of values; only lists that many clients request are cached.
CACHED_PARAMETERS = {"available", "page_size"}
MAX_KEY_LENGTH = 200  # some cache servers refuse more than 250 characters


def cached_products[T](request: HttpRequest, build: Callable[[], T]) -> T:
    """Return the cached result of `build` for the URL of `request`, or build it and cache it."""
    cache = caches["shared"]
    version = cache.get_or_set(VERSION_KEY, uuid4().hex, None)
    key = f"products:{version}:{request.build_absolute_uri()}"
    if len(key) > MAX_KEY_LENGTH or not CACHED_PARAMETERS.issuperset(request.GET):
        return build()
    cached: T | None = cache.get(key)
    if cached is None:
        cached = build()
        cache.set(key, cached, SECONDS)
    return cached


def forget_products_on_commit(*, using: str, **kwargs: Any) -> None:
    """Drop all cached lists once the transaction is committed. Also a receiver of model signals."""
    transaction.on_commit(lambda: caches["shared"].set(VERSION_KEY, uuid4().hex, None), using=using)
