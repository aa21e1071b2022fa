from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        """Register the system checks."""
        from apps.core.database import checks  # noqa: F401, PLC0415 - they may use models, which are loaded by now
