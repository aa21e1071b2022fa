"""Base serializers."""

from collections.abc import Mapping
from datetime import UTC
from itertools import islice
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

# % if cookiecutter.use_example
from apps.api.drf.compiled import CompiledListSerializer

# % endif
MAX_UNKNOWN_FIELDS = 10  # named in one response


class UTCDateTimeField(serializers.DateTimeField):
    """A moment in UTC, whatever TIME_ZONE is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **kwargs})


class ModelSerializer[M: models.Model](serializers.ModelSerializer[M]):
    """DRF's ModelSerializer, with times in UTC. It refuses unknown fields, so that typing errors do not pass silently."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UTCDateTimeField,
    }

    # % if cookiecutter.use_example
    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Compile the lists of the serializer."""
        super().__init_subclass__(**kwargs)
        if "Meta" in vars(cls) and not hasattr(cls.Meta, "list_serializer_class"):
            cls.Meta.list_serializer_class = CompiledListSerializer

    # % endif
    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        value = None
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors.update(error.detail)  # type: ignore[arg-type]  # a serializer's errors are a dict
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            for name in islice((name for name in data if name not in known), MAX_UNKNOWN_FIELDS):
                shown = name.encode(errors="replace").decode()  # JSON may have half a surrogate pair
                errors[shown] = [ErrorDetail("Unknown field.", code="unknown_field")]
        if errors:
            raise serializers.ValidationError(errors)
        return value
