"""Starts what sends errors and traces elsewhere, if the environment names a place for them."""

from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# The setting that turns it on, the module that does it, and the extra with what that imports.
SINKS = [
    ("SENTRY_DSN", "apps.observability.sentry", "sentry"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "apps.observability.tracing", "otel"),
]


def start() -> None:
    """Start every sink that is turned on. Raises ImproperlyConfigured if its packages are not installed."""
    for setting, module, extra in SINKS:
        if getattr(settings, setting):
            try:
                sink = import_module(module)
            except ModuleNotFoundError as error:
                raise ImproperlyConfigured(
                    f"{setting} is set, but {error.name} is not installed: it comes with `uv sync --extra {extra}`."
                ) from error
            sink.start()
