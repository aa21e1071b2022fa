from django.apps import AppConfig
from django.core.files.storage import storages
from django.core.mail import mailers

from config.settings.env import env


class SecurityConfig(AppConfig):
    name = "apps.security"

    def ready(self) -> None:
        """Refuse to start with options for mail or files that their libraries do not accept."""
        for name, get in {"EMAIL_URL": mailers.__getitem__, "STORAGE_URL": storages.__getitem__}.items():
            try:
                get("default")
            except Exception:  # of any kind, and its message may show the value
                env.refuse(name)
        env.check()
