"""OpenAPI document of Ninja operations."""

import json
from collections.abc import Callable
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from apps.api.ninja.http import refuse, respond
from apps.api.ninja.throttling import refuse_too_many


class FieldErrorOut(Schema):
    field: str
    code: str
    detail: str


class ErrorOut(Schema):
    detail: str
    code: str
    errors: list[FieldErrorOut]
    request_id: str = ""


class Document(OpenAPISchema):
    """Takes summaries from docstrings and tags from paths, and adds the error response to every operation."""

    def methods(self, operations: list[Operation]) -> dict[str, Any]:
        return {method: details for method, details in super().methods(operations).items() if method != "head"}

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details = super().operation_details(operation)
        summary, _, description = (operation.description or "").partition("\n")
        details.update(summary=summary.removesuffix("."), description=description.strip())
        details.setdefault("tags", [operation.path.partition("/")[0]])
        content = {"application/json": {"schema": {"$ref": REF_TEMPLATE.format(model="ErrorOut")}}}
        details["responses"]["default"] = {"description": "An error.", "content": content}
        return details

    def get_components(self) -> dict[str, Any]:
        error = ErrorOut.model_json_schema(ref_template=REF_TEMPLATE)
        self.add_schema_definitions({**error.pop("$defs"), "ErrorOut": error})
        return super().get_components()


MEDIA_TYPES = ["application/json", "application/yaml"]


def schema_view(api: NinjaAPI) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view of the OpenAPI document of `api`: JSON, or YAML by `Accept` or `?format=yaml`."""

    @csrf_exempt
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        if refusal := refuse_too_many(request):
            return refusal
        chosen = request.GET.get("format")
        media_type = f"application/{chosen}" if chosen else request.get_preferred_type(MEDIA_TYPES)
        if media_type not in MEDIA_TYPES:
            return refuse(404 if chosen else 406)
        response = respond(200, api.get_openapi_schema())
        if media_type == "application/json":
            return response
        content = yaml.safe_dump(json.loads(response.content), sort_keys=False, allow_unicode=True)
        return HttpResponse(content, content_type="application/yaml")

    return view
