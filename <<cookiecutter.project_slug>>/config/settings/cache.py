"""The cache: each process's own memory until CACHE_URL names a server that all processes share."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import env

# By the scheme of CACHE_URL. Named here, as django-environ would choose by what happens to be installed.
CACHE_BACKENDS = {
    # % if cookiecutter.use_redis
    "redis": "apps.core.caches.redis.RedisCache",
    "rediss": "apps.core.caches.redis.RedisCache",  # over TLS
    # % else
    "pymemcache": "apps.core.caches.memcached.PyMemcacheCache",
    # % endif
    "locmemcache": "apps.core.caches.LocMemCache",
}


def cache(url: str) -> dict[str, Any]:
    """Return Django's settings for the cache at `url`.

    Raises:
        ImproperlyConfigured: it is of a kind that this project does not have.
    """
    scheme = url.partition("://")[0]
    if scheme not in CACHE_BACKENDS:
        known = ", ".join(f"{known}://" for known in CACHE_BACKENDS)
        raise ImproperlyConfigured(f"CACHE_URL begins with {scheme}://, which is none of {known}.")
    config: dict[str, Any] = env.cache_url_config(url, backend=CACHE_BACKENDS[scheme])
    # Other projects may use the same server.
    return {"KEY_PREFIX": "<<cookiecutter.project_slug>>", **config}


CACHES = {"default": cache(env.str("CACHE_URL", default="locmemcache://"))}
