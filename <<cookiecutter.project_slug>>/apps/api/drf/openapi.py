"""OpenAPI document of Django REST framework views."""

from types import SimpleNamespace
from typing import Any

from drf_spectacular import openapi
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation

from apps.api.errors import error_statuses

HEADERS = [
    OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201], description="URL of the new object."),
    OpenApiParameter("WWW-Authenticate", str, OpenApiParameter.HEADER, response=[401]),
    OpenApiParameter("Retry-After", int, OpenApiParameter.HEADER, response=[429, 503], description="Seconds."),
]


class SchemaNegotiation(DefaultContentNegotiation):
    """Lets `?format=json` and `?format=yaml` choose the format of the OpenAPI document."""

    settings = SimpleNamespace(URL_FORMAT_OVERRIDE="format")  # type: ignore[assignment]  # nothing else is read


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
    """Takes summaries from docstrings, and adds error responses and headers to every operation."""

    def get_summary(self) -> str:
        """Return the first line of the docstring, or what the viewset's action is called in plain English."""
        action = getattr(self.view, "action", self.method.lower())
        docstring = getattr(getattr(self.view, action, None), "__doc__", None)
        if docstring:
            return str(docstring.strip().splitlines()[0].removesuffix("."))
        view: Any = self.view
        names = view.queryset.model._meta  # noqa: SLF001 - the documented API of models
        if action == "list":
            return f"List {names.verbose_name_plural}"
        article = "an" if names.verbose_name[0] in "aeiou" else "a"
        return f"{'Get' if action == 'retrieve' else action.capitalize()} {article} {names.verbose_name}"

    def get_description(self) -> str:  # type: ignore[override]  # as in drf-spectacular
        """Return the docstring without its first line."""
        _, _, description = str(super().get_description()).partition("\n")
        return description.strip()

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *HEADERS]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        has_body = self.method in {"POST", "PATCH"} and bool(self.get_request_serializer())
        for status in error_statuses(self.method, detail="{" in self.path, has_body=has_body):
            code = str(status)
            responses[code] = self._get_response_for_code(ErrorSerializer, code, direction=direction)  # type: ignore[no-untyped-call]
        return responses
