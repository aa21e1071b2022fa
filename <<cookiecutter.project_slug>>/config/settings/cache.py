"""Cache settings: local memory unless CACHE_URL is set. See docs/cache.md."""

import re
from typing import Any

from config.settings.env import URL, env

CACHE_BACKENDS = {
    # % if cookiecutter.use_redis
    "redis://": "apps.cache.redis.RedisCache",
    "rediss://": "apps.cache.redis.RedisCache",  # over TLS
    # % else
    "pymemcache://": "apps.cache.memcached.MemcachedCache",
    # % endif
}


def caches(url: URL | None) -> dict[str, Any]:
    """Return CACHES for `url`; "shared" is a cache that all processes share, or none."""
    if not url:
        return {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "shared": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        }
    location = [url.text]  # a list: Django would split a text at commas and semicolons
    # % if not cookiecutter.use_redis
    location = url.text.partition("?")[0].removeprefix("pymemcache://").rstrip("/").split(",")
    # % endif
    server = {
        "BACKEND": CACHE_BACKENDS[f"{url.scheme}://"],
        "LOCATION": location,
        "KEY_PREFIX": "<<cookiecutter.project_slug>>",  # other projects may use the same server
        "VERSION": 1,  # raise it when the meaning of cached values changes
        "OPTIONS": url.options,
    }
    return {"default": server, "shared": server}


cache_url = env.url("CACHE_URL", *CACHE_BACKENDS)
if cache_url and not (cache_url.host and re.fullmatch("[0-9]*", cache_url.path)):
    env.problems["CACHE_URL"] = "must name a server, and may name a database by its number"
# % if cookiecutter.use_redis
if cache_url and "," in cache_url.host:
    env.problems["CACHE_URL"] = "must name one server"
# % endif
CACHES = caches(cache_url)
if cache_url:
    try:  # the client, imported only where it is used, takes the options; it does not connect yet
        match cache_url.scheme:
            # % if cookiecutter.use_redis
            case "redis" | "rediss":
                from redis import ConnectionPool

                ConnectionPool.from_url(cache_url.text, **cache_url.options).make_connection()
            # % endif
            # % if not cookiecutter.use_redis
            case "pymemcache":
                from pymemcache import HashClient  # type: ignore[import-untyped] # it has no types

                HashClient([], **cache_url.options)
            # % endif
    except Exception:  # of any kind, and its message may show the password
        env.refuse("CACHE_URL")
