"""The cache: each process's own memory until CACHE_URL names a server that all processes share."""

from typing import Any

from config.settings.env import env


def cache(url: str) -> dict[str, Any]:
    """Return Django's settings for the cache at `url`, such as `pymemcache://127.0.0.1:11211`."""
    config: dict[str, Any] = env.cache_url_config(url)
    return {**config, "KEY_PREFIX": "<<cookiecutter.project_slug>>"}


CACHES = {"default": cache(env.str("CACHE_URL", default="locmemcache://"))}
