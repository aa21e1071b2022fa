"""Filter backend and filters for lists of Django REST framework."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import BigIntegerField, QuerySet
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


class IdField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": BigIntegerField.MAX_BIGINT, **kwargs})


class IdFilter(django_filters.NumberFilter):
    """The id of an object, within what the database can hold."""

    field_class = IdField


class DateTimeField(django_filters.fields.IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
        except OverflowError:
            raise forms.ValidationError("Enter a valid date/time.", code="invalid") from None


class DateTimeFilter(django_filters.IsoDateTimeFilter):
    """An ISO 8601 date and time."""

    field_class = DateTimeField


class BooleanField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if value.lower() not in {"true", "false"}:
            raise forms.ValidationError("Must be true or false.", code="invalid")
        return bool(value.lower() == "true")


class BooleanFilter(django_filters.Filter):
    """`true` or `false`; anything else is an error, where django-filter's own ignores it."""

    field_class = BooleanField
