from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ObservabilityConfig(AppConfig):
    name = "apps.observability"

    def ready(self) -> None:
        """Register the system checks, count what is sent to the database, and start what reports elsewhere."""
        from apps.observability import metrics, sinks  # noqa: PLC0415 - as the checks, they use what is loaded by now

        connection_created.connect(metrics.count_queries, dispatch_uid="metrics")
        sinks.start()
