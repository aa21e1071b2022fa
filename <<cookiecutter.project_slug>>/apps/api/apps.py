from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "apps.api"

    def ready(self) -> None:
        """Register the system checks."""
        # % if "drf" in cookiecutter.api
        from apps.api.drf import checks  # noqa: F401, PLC0415 - imports models

        # % endif
        # % if "ninja" in cookiecutter.api
        from apps.api.ninja import checks as ninja_checks  # noqa: F401, PLC0415 - as above

        # % endif
