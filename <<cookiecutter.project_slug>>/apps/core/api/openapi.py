"""What every framework's OpenAPI document says alike: errors, tags and examples."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.core.errors import BY_STATUS, envelope

METHODS = {"get", "post", "put", "patch", "delete"}

ERROR_SCHEMAS: dict[str, Any] = {
    "FieldError": {
        "type": "object",
        "required": ["field", "code", "detail"],
        "properties": {
            "field": {"type": "string", "description": "Path of the field, such as `items.0.quantity`."},
            "code": {"type": "string", "description": "A word for programs."},
            "detail": {"type": "string", "description": "A sentence for people."},
        },
    },
    "Error": {
        "type": "object",
        "required": ["detail", "code", "errors"],
        "properties": {
            "detail": {"type": "string", "description": "A sentence for people."},
            "code": {"type": "string", "description": "A word for programs."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
            "request_id": {"type": "string", "description": "With a 5xx: what to quote when reporting it."},
        },
    },
}


def complete(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `document` in which every operation has its tag and error responses, every schema its example."""
    completed = deepcopy(dict(document))
    components = completed.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(deepcopy(ERROR_SCHEMAS))
    components["responses"] = {response_name(status): error_response(status) for status in BY_STATUS}
    for path, method, operation in operations(completed):
        operation["tags"] = [path.split("/")[3]]
        for status in error_statuses(path, method, operation):
            reference = {"$ref": f"#/components/responses/{response_name(status)}"}
            operation["responses"].setdefault(str(status), reference)
    for name, example in examples().items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    return completed


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, operation) for every operation in `document`."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def error_statuses(path: str, method: str, operation: Mapping[str, Any]) -> list[int]:
    """Return the error statuses that the operation may answer with."""
    statuses = {401, 403, 406, 429, 500}
    if operation.get("parameters") or method != "get":
        statuses.add(400)
    if "{" in path:
        statuses.add(404)
    if method in {"post", "delete"}:
        statuses.add(409)
    if "requestBody" in operation:
        statuses.update({413, 415})
    return sorted(statuses)


def response_name(status: int) -> str:
    """Return the component's name: `NotFound` for 404."""
    return HTTPStatus(status).phrase.title().replace(" ", "")


def error_response(status: int) -> dict[str, Any]:
    """Return the component that documents the envelope with this status."""
    _, detail = BY_STATUS[status]
    reference = {"$ref": "#/components/schemas/Error"}
    return {
        "description": detail,
        "content": {"application/json": {"schema": reference, "example": envelope(status)}},
    }


def examples() -> dict[str, Any]:
    """Return the examples in every app's `api/examples.py`, by the name of the schema."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and module_has_submodule(config.module, "api"):
            package = import_module(f"{config.name}.api")
            if module_has_submodule(package, "examples"):
                found.update(import_module(f"{config.name}.api.examples").EXAMPLES)
    return found
