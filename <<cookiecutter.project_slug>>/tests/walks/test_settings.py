"""What holds for the settings: production passes Django's checks, and .env.example names every variable."""

import os
import re
import sys
from importlib import import_module
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from config.settings.env import BASE_DIR
from tests.walks.objects import fail

EXAMPLE = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
DOCUMENTED = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", EXAMPLE, flags=re.MULTILINE))
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
    "OIDC_PRIVATE_KEY": import_module("apps.oauth2.keys").local_private_key(BASE_DIR / ".local" / "oidc.pem"),
    # % endif
}

# They cannot change while a process runs.
FIXED = {"DATABASES", "INSTALLED_APPS"}


def load_production(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the production settings, read with PRODUCTION as the environment."""
    for name in DOCUMENTED & os.environ.keys():
        monkeypatch.delenv(name)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    for name in [name for name in sys.modules if name.startswith("config.settings")]:
        monkeypatch.delitem(sys.modules, name)
    module = import_module("config.settings.production")
    return {name: value for name, value in vars(module).items() if name.isupper() and name not in FIXED}


@pytest.mark.django_db  # some checks of models ask the database what it can do
def test_production_passes_the_deployment_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        settings = load_production(monkeypatch)
    except ImproperlyConfigured as error:
        fail(f"{error} Add what is required to PRODUCTION in tests/walks/test_settings.py.")

    with override_settings(**settings):
        found = checks.run_checks(include_deployment_checks=True)

    if serious := [message for message in found if message.level >= checks.WARNING]:
        fail(f"`manage.py check --deploy` warns of the production settings: {'; '.join(map(str, serious))}")
    if settings.get("SILENCED_SYSTEM_CHECKS"):
        fail("SILENCED_SYSTEM_CHECKS hides what these checks find. Solve it instead.")


def test_every_variable_is_in_the_example() -> None:
    read: set[str] = set()
    for file in (BASE_DIR / "config").rglob("*.py"):
        read |= set(re.findall(r'\benv\.\w+\(\s*"(\w+)"', file.read_text("utf-8")))

    if missing := ", ".join(sorted(read - DOCUMENTED)):
        fail(f"{missing}: not in .env.example. Add a line with the default and a comment that says what it is for.")
    if unread := ", ".join(sorted(DOCUMENTED - read)):
        fail(f"{unread}: in .env.example, but nothing in config/ reads it with `env`. Remove the line.")
