from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "apps.api"

    def ready(self) -> None:
        """Register the system checks."""
        # % if "drf" in cookiecutter.api
        import_module("apps.api.drf.compiled")
        # % endif
        # % if "ninja" in cookiecutter.api
        import_module("apps.api.ninja.compiled")
        # % endif
