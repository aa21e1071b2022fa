"""Filter backend and filters for lists of Django REST framework."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request


class FilterBackend(DjangoFilterBackend):
    """Builds the filter set only for requests that filter: that takes a third of the time of a compiled list."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset_class = self.get_filterset_class(view, queryset)
        names = tuple(filterset_class.base_filters) if filterset_class else ()
        if not any(parameter.startswith(names) for parameter in request.query_params):
            return queryset
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def validate_in_calendar(value: datetime) -> None:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise forms.ValidationError("Enter a valid date/time.", code="invalid") from None


class DateTimeFilter(django_filters.IsoDateTimeFilter):
    """An ISO 8601 date and time that is still one in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[validate_in_calendar], **kwargs)


class BooleanField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value and value not in {"true", "false"}:
            raise forms.ValidationError("Must be true or false.", code="invalid")
        return {"true": True, "false": False}.get(value)


class BooleanFilter(django_filters.BooleanFilter):
    """`true` or `false`; anything else is an error, which django-filter's own ignores."""

    field_class = BooleanField
