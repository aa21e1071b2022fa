"""The cache: each process's own memory until CACHE_URL names a server that all processes share. See docs/cache.md."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import env

# By the scheme of CACHE_URL. Named here, as django-environ would choose by what happens to be installed.
CACHE_BACKENDS = {
    # % if cookiecutter.use_redis
    "redis": "apps.cache.redis.RedisCache",
    "rediss": "apps.cache.redis.RedisCache",  # over TLS
    # % else
    "pymemcache": "apps.cache.memcached.MemcachedCache",
    # % endif
}
MEMORY = "locmemcache://"


def server(url: str) -> dict[str, Any]:
    """Return Django's settings for the cache server at `url`.

    Raises:
        ImproperlyConfigured: it is of a kind that this project does not know.
    """
    scheme = url.partition("://")[0]
    if scheme not in CACHE_BACKENDS:
        known = " or ".join(f"{known}://" for known in CACHE_BACKENDS)
        raise ImproperlyConfigured(f"CACHE_URL begins with {scheme}://, not with {known}.")
    config: dict[str, Any] = env.cache_url_config(url, backend=CACHE_BACKENDS[scheme])
    return {
        "KEY_PREFIX": "<<cookiecutter.project_slug>>",  # other projects may use the same server
        # To be raised when cached values come to mean something else: those of the former version are left alone.
        "VERSION": 1,
        **config,
        "OPTIONS": {name.lower(): value for name, value in config.get("OPTIONS", {}).items()},
    }


def caches(url: str) -> dict[str, Any]:
    """Return CACHES for `url`; `locmemcache://` is the memory of each process.

    "shared" is for what one process keeps and another may change: a cache that they share, or none.
    """
    if url == MEMORY:
        return {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "shared": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        }
    return {"default": server(url), "shared": server(url)}


CACHES = caches(env.str("CACHE_URL", default=MEMORY))
