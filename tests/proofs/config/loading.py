"""Settings as a process would load them that has this environment and nothing else."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from unittest import mock

from django.core.exceptions import ImproperlyConfigured

SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
REQUIRED = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "example.com,www.example.com",
    "DATABASE_URL": "postgres://shop:db-password@db.example.com:5432/shop",
    "EMAIL_URL": "smtp+tls://mailer:mail-password@mail.example.com:587",
    # % if cookiecutter.use_celery
    "CELERY_BROKER_URL": "amqp://shop:broker-password@broker.example.com:5672/shop",
    # % endif
    # % if "jwt" in cookiecutter.auth
    "JWT_PRIVATE_KEY": SECRET,
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "OIDC_PRIVATE_KEY": str(import_module("django.conf").settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"]),
    # % endif
}

# % if "oauth2" in cookiecutter.auth
# Checking an RSA key costs 20 ms, and settings are loaded here by the hundred.
keys = import_module("apps.oauth2.provider.keys")
keys.split_pem = import_module("functools").cache(keys.split_pem)
# % endif


@contextmanager
def fresh_settings(**environment: str) -> Iterator[None]:
    """Let settings modules be imported again inside the block, in this environment; afterwards all is as before."""

    def forget() -> dict[str, ModuleType]:
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith("config.settings.")}

    before = forget()
    try:
        with mock.patch.dict(os.environ, environment, clear=True):
            yield
    finally:
        forget()
        sys.modules.update(before)


def load(name: str = "production", **environment: str) -> ModuleType:
    """Return the settings module of that name, loaded in the environment; production's has what it requires as well."""
    with fresh_settings(**(REQUIRED if name == "production" else {}) | environment):
        return import_module(f"config.settings.{name}")


def refusal(name: str = "production", **environment: str) -> str:
    """Return the message with which the settings refuse the environment; empty if they do not."""
    try:
        load(name, **environment)
    except ImproperlyConfigured as error:
        return str(error)
    return ""
