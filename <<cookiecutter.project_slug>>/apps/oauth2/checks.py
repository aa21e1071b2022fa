"""System checks of the OAuth2 provider."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.caches, deploy=True)
def check_cache_is_shared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a cache that each process has for itself: one process issues a code, another is to redeem it."""
    if not isinstance(caches["default"], LocMemCache | DummyCache):
        return []
    return [
        Error(
            "The OAuth2 provider keeps authorization codes in the default cache, which processes do not share.",
            hint="Set the URL of a Redis or Memcached server, or use Django's DatabaseCache.",
            id="oauth2.E001",
        )
    ]
