"""System check for lists of Django REST framework that cannot be compiled."""

from typing import Any

from django.core.checks import CheckMessage, Info, register
from rest_framework.mixins import ListModelMixin
from rest_framework.schemas.generators import EndpointEnumerator

from apps.api.compiled import NotCompilable
from apps.api.drf.serializers import compile_serializer


@register
def compiled_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the field that keeps a list from being compiled."""
    found: dict[type, CheckMessage] = {}
    for _, _, callback in EndpointEnumerator().get_api_endpoints():
        view = callback.cls
        try:
            if issubclass(view, ListModelMixin) and view.serializer_class:
                compile_serializer(view.serializer_class)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found[view] = Info(f"Its list is not compiled: {error}.", hint, view, "api.I001")
    return list(found.values())
