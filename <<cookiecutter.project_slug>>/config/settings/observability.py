"""What tells how it goes: metrics, Sentry and OpenTelemetry. docs/observability.md explains the variables."""

from config.settings.env import env

# What Prometheus shows as its bearer token at /metrics. Empty: outside development there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Errors and traces to Sentry: empty is off. The extra `sentry` has the package.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
SENTRY_RELEASE = env.str("SENTRY_RELEASE", default="")
SENTRY_TRACES_SAMPLE_RATE = env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0)

# Traces to an OpenTelemetry collector: empty is off. The extra `otel` has the packages, which read the variable too.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="<<cookiecutter.project_slug>>")
