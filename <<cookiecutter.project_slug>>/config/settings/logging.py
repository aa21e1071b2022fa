"""Logs, metrics, Sentry and OpenTelemetry. docs/observability.md explains the variables."""

from typing import Any

from config.settings.env import env, require_extra

# A request slower than this is logged as a warning.
SLOW_REQUEST_MS = env.int("SLOW_REQUEST_MS", default=500)


def logging_config(*, json: bool) -> dict[str, Any]:
    """Return LOGGING with one handler on stderr, for machines (JSON) or for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"default": {"()": "apps.observability.logs.formatter", "json": json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "default"}},
        "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
        "loggers": {
            "axes": {"level": "WARNING"},  # logs every login otherwise
            # Without Django's own handlers.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # apps.observability.middleware.timing writes the access log; this adds tracebacks.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        },
    }


LOGGING = logging_config(json=False)

# The bearer token of Prometheus. Without it there is no /metrics outside development.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Errors and traces to Sentry.
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    require_extra("sentry", ["sentry_sdk"], variable="SENTRY_DSN")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
SENTRY_RELEASE = env.str("SENTRY_RELEASE", default="")
SENTRY_TRACES_SAMPLE_RATE = env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0)

# Traces to an OpenTelemetry collector; its packages read the variable too.
if OTEL_EXPORTER_OTLP_ENDPOINT := env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default=""):
    require_extra("otel", ["opentelemetry"], variable="OTEL_EXPORTER_OTLP_ENDPOINT")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="<<cookiecutter.project_slug>>")
