from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    name = "apps.observability"

    def ready(self) -> None:
        """Start Sentry and OpenTelemetry where the environment configures them."""
        for name, target in (("sentry", settings.SENTRY_DSN), ("otel", settings.OTEL_EXPORTER_OTLP_ENDPOINT)):
            if target:
                import_module(f"apps.observability.{name}").start()
