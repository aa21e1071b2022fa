from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "apps.database"

    def ready(self) -> None:
        """Register the system checks."""
        from apps.database import checks  # noqa: F401, PLC0415 - they may use models, which are loaded by now
