"""Production settings, loaded in this process."""

import os
import sys
from importlib import import_module
from typing import Any

import pytest

SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What production cannot start without.
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "example.com",
    # % filter replace("redis", "redis" if cookiecutter.use_redis else "pymemcache")
    "CACHE_URL": "redis://cache.example.com",
    # % endfilter
    "DATABASE_URL": "postgres://shop:password@db.example.com/shop",
    "EMAIL_URL": "smtp+tls://mailer:password@mail.example.com:587",
    # % if cookiecutter.use_celery
    "CELERY_BROKER_URL": "amqp://shop:password@broker.example.com/shop",
    # % endif
    # % if "jwt" in cookiecutter.auth
    "JWT_PRIVATE_KEY": SECRET,
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "OIDC_PRIVATE_KEY": str(import_module("django.conf").settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"]),
    # % endif
}


def load_production(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """Return the production settings, read with nothing in the environment but PRODUCTION and what is given."""
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in {**PRODUCTION, **environment}.items():
        monkeypatch.setenv(name, value)
    for name in [name for name in sys.modules if name.startswith("config.settings")]:
        monkeypatch.delitem(sys.modules, name)
    module = import_module("config.settings.production")
    return {name: value for name, value in vars(module).items() if name.isupper()}
