from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "apps.outbox"
    verbose_name = "Background tasks"

    def ready(self) -> None:
        """Load the Celery app with all tasks, and register what observes it."""
        # They use settings and models, which are complete by now.
        from apps.observability.health import CHECKS  # noqa: PLC0415
        from apps.observability.metrics import SHARED_VALUES  # noqa: PLC0415
        from apps.outbox import broker, monitoring  # noqa: PLC0415
        from config.celery import app  # noqa: PLC0415

        app.autodiscover_tasks(force=True)
        CHECKS["broker"] = broker.queue_depths
        SHARED_VALUES.register(monitoring.OutboxCollector())
