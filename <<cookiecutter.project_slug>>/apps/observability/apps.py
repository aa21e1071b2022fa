from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from apps.observability.metrics import count_queries


class ObservabilityConfig(AppConfig):
    name = "apps.observability"

    def ready(self) -> None:
        """Count database queries, and start Sentry and OpenTelemetry where the environment configures them."""
        connection_created.connect(count_queries, dispatch_uid="metrics")
        for name, target in (("sentry", settings.SENTRY_DSN), ("otel", settings.OTEL_EXPORTER_OTLP_ENDPOINT)):
            if target:
                import_module(f"apps.observability.{name}").start()
