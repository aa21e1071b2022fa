from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "apps.background"

    def ready(self) -> None:
        """Make the project's Celery app the one that every process uses."""
        import config.celery  # noqa: F401, PLC0415 - it reads the settings, which are complete by now
