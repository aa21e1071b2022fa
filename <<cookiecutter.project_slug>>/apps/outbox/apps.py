from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "apps.outbox"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Make the project's Celery app the one that every process uses, and tell others what to ask us."""
        # They read the settings and models, which are complete by now.
        from apps.outbox import checks, queues, signals  # noqa: F401, PLC0415
        from apps.outbox.consumer import DeadLetterConsumer  # noqa: PLC0415
        from apps.outbox.metrics import BackgroundCollector  # noqa: PLC0415
        from apps.observability.health import CHECKS  # noqa: PLC0415
        from apps.observability.metrics import COLLECTORS  # noqa: PLC0415
        from config.celery import app  # noqa: PLC0415

        app.autodiscover_tasks(force=True)  # here, as the tasks are needed in every process: to replay them, say
        app.steps["consumer"].add(DeadLetterConsumer)
        CHECKS["broker"] = queues.check_broker
        CHECKS["queues"] = queues.check_queues
        COLLECTORS.append(BackgroundCollector())
