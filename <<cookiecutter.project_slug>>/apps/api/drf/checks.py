"""System check for lists of Django REST framework that cannot be compiled."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Info, register
from django.urls import get_resolver
from rest_framework.mixins import ListModelMixin

from apps.api.compiled import NotCompilable
from apps.api.drf.serializers import compile_serializer


@register
def compiled_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the field that keeps a list from being compiled."""
    found: dict[type, CheckMessage] = {}
    for view in _list_views(get_resolver().url_patterns):
        try:
            compile_serializer(view.serializer_class)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found[view] = Info(f"Its list is not compiled: {error}.", hint, view, "api.I001")
    return list(found.values())


def _list_views(patterns: Iterable[Any]) -> Iterator[Any]:
    for pattern in patterns:
        view = getattr(getattr(pattern, "callback", None), "cls", None)
        if view and issubclass(view, ListModelMixin) and view.serializer_class:
            yield view
        yield from _list_views(getattr(pattern, "url_patterns", ()))
