from django.apps import AppConfig


class OAuth2Config(AppConfig):
    name = "apps.oauth2"

    def ready(self) -> None:
        """Register the system checks and the signal receivers."""
        from apps.oauth2 import checks, signals  # noqa: F401, PLC0415
