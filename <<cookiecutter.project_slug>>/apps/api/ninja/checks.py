"""System check for lists of Ninja that cannot be compiled."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register

from apps.api.compiled import NotCompilable
from apps.api.ninja.compiled import compile_schema
from apps.api.ninja.pagination import PaginatedRouter


@register
def compiled_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the field that keeps a list of a ModelSchema from being compiled."""
    import_module(settings.ROOT_URLCONF)  # and with it the routers
    found: list[CheckMessage] = []
    for path, schema in PaginatedRouter.lists:
        try:
            if meta := getattr(schema, "Meta", None):
                compile_schema(schema, meta.model)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found.append(Info(f"The list {path} is not compiled: {error}.", hint, schema, "api.I001"))
    return found
