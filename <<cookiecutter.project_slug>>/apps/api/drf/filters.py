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

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        if request.query_params.keys() <= {"cursor", "page_size"}:
            return queryset
        return super().filter_queryset(request, queryset, view)


def validate_in_calendar(value: datetime) -> None:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise forms.ValidationError("Enter a valid date/time.", code="invalid") from None


class DateTimeFilter(django_filters.IsoDateTimeFilter):
    """An ISO 8601 date and time that is still one in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[validate_in_calendar], **kwargs)
