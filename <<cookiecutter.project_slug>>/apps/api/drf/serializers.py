"""Base serializers."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

# % if cookiecutter.use_example
from apps.api.drf.compiled import CompiledListMixin

# % endif -
from apps.api.drf.fields import UTCDateTimeField

MAX_UNKNOWN_FIELDS = 10  # named in one response


class StrictFieldsMixin:
    """Refuses fields that the serializer does not take, so that a typing error does not pass silently."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        value = None
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]  # the serializer's
        except serializers.ValidationError as error:
            errors.update(error.detail)  # type: ignore[arg-type]  # a serializer's errors are a dict
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}  # type: ignore[attr-defined]
            for name in islice((name for name in data if name not in known), MAX_UNKNOWN_FIELDS):
                shown = name.encode(errors="replace").decode()  # JSON may have half a surrogate pair
                errors[shown] = [ErrorDetail("Unknown field.", code="unknown_field")]
        if errors:
            raise serializers.ValidationError(errors)
        return value


class ModelSerializer[M: models.Model](
    # % if cookiecutter.use_example
    CompiledListMixin,
    # % endif
    StrictFieldsMixin,
    serializers.ModelSerializer[M],
):
    """DRF's ModelSerializer, strict about fields, with times in UTC."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UTCDateTimeField,
    }
