from django.apps import AppConfig


class OAuth2ProviderConfig(AppConfig):
    name = "apps.oauth2.provider"
    label = "oauth2"
    verbose_name = "OAuth2"

    def ready(self) -> None:
        """Register the signal receivers."""
        from apps.oauth2.provider import signals  # noqa: F401, PLC0415
