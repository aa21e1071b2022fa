"""OpenAPI document of Django REST framework views."""

from typing import Any

from drf_spectacular import openapi
from rest_framework import serializers


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Path of the field, such as `items.0.quantity`.")
    code = serializers.CharField(help_text="Identifies the problem in programs.")
    detail = serializers.CharField(help_text="Explains the problem to people.")


class ErrorSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="Explains the problem to people.")
    code = serializers.CharField(help_text="Identifies the problem in programs.")
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]  # a property of the base class
    request_id = serializers.CharField(required=False, help_text="With a 5xx: quote it when you report the problem.")


class AutoSchema(openapi.AutoSchema):
    """Takes summaries from docstrings, and adds the error response to every operation."""

    def get_summary(self) -> str | None:
        """Return the first line of the docstring, or what the viewset's action is called in plain English."""
        view: Any = self.view
        action = getattr(view, "action", self.method.lower())
        queryset = getattr(view, "queryset", None)
        if docstring := getattr(view, action).__doc__ or (type(view).__doc__ if queryset is None else ""):
            return str(docstring.strip().splitlines()[0].removesuffix("."))
        if queryset is None:
            return None
        names = queryset.model._meta  # noqa: SLF001 - the documented API of models
        if action == "list":
            return f"List {names.verbose_name_plural}"
        article = "an" if names.verbose_name[0] in "aeiou" else "a"
        return f"{'Get' if action == 'retrieve' else action.capitalize()} {article} {names.verbose_name}"

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        error = self._get_response_for_code(ErrorSerializer, "default", direction=direction)  # type: ignore[no-untyped-call]
        return {**super()._get_response_bodies(direction), "default": {**error, "description": "An error."}}
