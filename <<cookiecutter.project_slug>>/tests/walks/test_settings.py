"""Checks of the settings: production passes Django's checks, and .env.example names every variable."""

import re
from itertools import chain

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from config.settings.env import BASE_DIR
from tests.config.production import load_production
from tests.walks.objects import fail

EXAMPLE = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
# These cannot change while a process runs.
FIXED = {"DATABASES", "INSTALLED_APPS"}
DOCUMENTED = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", EXAMPLE, flags=re.MULTILINE))


@pytest.mark.django_db  # some checks of models ask the database what it can do
def test_production_passes_the_deployment_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        settings = load_production(monkeypatch)
    except ImproperlyConfigured as error:
        fail(f"{error} Add what is required to PRODUCTION in tests/config/production.py.")

    changing = {name: value for name, value in settings.items() if name not in FIXED}
    with override_settings(**changing):
        found = checks.run_checks(include_deployment_checks=True)

    if serious := [message for message in found if message.level >= checks.WARNING]:
        fail(f"`manage.py check --deploy` warns of the production settings: {'; '.join(map(str, serious))}")
    if settings.get("SILENCED_SYSTEM_CHECKS"):
        fail("SILENCED_SYSTEM_CHECKS hides what these checks find. Solve it instead.")


def test_every_variable_is_in_the_example() -> None:
    read: set[str] = set()
    for file in chain((BASE_DIR / "config").rglob("*.py"), (BASE_DIR / "apps").rglob("*.py")):
        read |= set(re.findall(r'\b(?:env\.\w+|os\.environ\.get|os\.getenv)\(\s*"(\w+)"', file.read_text("utf-8")))

    if missing := ", ".join(sorted(read - DOCUMENTED)):
        fail(f"{missing}: not in .env.example. Add a line with the default and a comment that says what it is for.")
    if unread := ", ".join(sorted(DOCUMENTED - read)):
        fail(f"{unread}: in .env.example, but nothing in config/ or apps/ reads it. Remove the line.")
