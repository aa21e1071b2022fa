from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    name = "apps.observability"

    def ready(self) -> None:
        """Start Sentry and OpenTelemetry where the environment configures them. Their libraries are extras."""
        if settings.SENTRY_DSN:
            from apps.observability import sentry  # noqa: PLC0415

            sentry.start()
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from apps.observability import otel  # noqa: PLC0415

            otel.start()
