"""Metrics for Prometheus at /metrics (apps/core/metrics.py)."""

from config.settings.env import env

# What Prometheus shows as its bearer token. Empty: in production there is no /metrics.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
