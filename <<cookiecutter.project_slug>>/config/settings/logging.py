"""Logs, metrics, Sentry and OpenTelemetry. docs/observability.md explains the variables."""

from typing import Any

from config.settings.env import env

# A request slower than this is logged as a warning.
SLOW_REQUEST_MS = env.int("SLOW_REQUEST_MS", default=500)
LEVEL = ("(?i)debug|info|warning|error|critical", "DEBUG, INFO, WARNING, ERROR or CRITICAL")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", LEVEL).upper()


def logging_config(*, json: bool) -> dict[str, Any]:
    """Return LOGGING with one handler on stderr, for machines (JSON) or for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"default": {"()": "apps.observability.logs.formatter", "json": json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "default"}},
        "root": {"handlers": ["console"], "level": LOG_LEVEL},
        "loggers": {
            "axes": {"level": "WARNING"},  # logs every login otherwise
            # Without Django's own handlers.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # apps.observability.middleware.timing writes the access log; this adds tracebacks.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},  # without gunicorn's own
        },
    }


LOGGING = logging_config(json=False)

# The bearer token of Prometheus. Without it there is no /metrics outside development.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Errors and traces to Sentry, whose package reads SENTRY_ENVIRONMENT and SENTRY_RELEASE itself.
sentry_url = env.url("SENTRY_DSN", "https://", "http://")
SENTRY_DSN = sentry_url.text if sentry_url else ""
if sentry_url:
    env.require_extra("SENTRY_DSN", "sentry", "sentry_sdk")
    if not (sentry_url.user and sentry_url.host and sentry_url.path.rpartition("/")[2].isdecimal()):
        env.problems.setdefault("SENTRY_DSN", "must be of the form https://key@host/project")
SHARE = (r"0(\.[0-9]{1,9})?|1(\.0{1,9})?", "a number from 0 to 1")
SENTRY_TRACES_SAMPLE_RATE = float(env.str("SENTRY_TRACES_SAMPLE_RATE", "0", SHARE))

# Traces to an OpenTelemetry collector; its packages read this and other variables.
otel_url = env.url("OTEL_EXPORTER_OTLP_ENDPOINT", "https://", "http://")
if OTEL_EXPORTER_OTLP_ENDPOINT := otel_url.text if otel_url else "":
    env.require_extra("OTEL_EXPORTER_OTLP_ENDPOINT", "otel", "opentelemetry")
