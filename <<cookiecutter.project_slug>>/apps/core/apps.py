from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        """Register the system checks, count what is sent to the database, and start what reports elsewhere."""
        from apps.core import metrics, observability  # noqa: PLC0415 - as the checks, they use what is loaded by now
        from apps.core.database import checks  # noqa: F401, PLC0415 - they may use models, which are loaded by now

        connection_created.connect(metrics.count_queries, dispatch_uid="metrics")
        observability.start()
