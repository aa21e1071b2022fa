"""What every framework's OpenAPI document says alike: errors, tags and examples."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.api.errors import BY_STATUS, envelope

METHODS = {"get", "post", "put", "patch", "delete"}

EXAMPLE_ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
IDEMPOTENCY_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Up to 255 visible ASCII characters. The same key and body again get the first answer.",
    "schema": {"type": "string"},
}
# Headers that always go with a status.
HEADERS: dict[int, dict[str, Any]] = {
    201: {"Location": {"description": "Where the new object is.", "schema": {"type": "string", "format": "uri"}}},
    401: {"WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds until there may be more.", "schema": {"type": "integer"}}},
}
MONEY_SCHEMA = {"type": "string", "format": "decimal", "pattern": r"^-?\d+\.\d{2}$"}

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
    """Return a copy of `document` with what each framework leaves out or says in its own way.

    Every operation gets its tag and its error responses, every schema its example. Path parameters are called `id`,
    optional parameters are absent rather than null, bodies admit no other fields.
    """
    completed: dict[str, Any] = tidy(document)
    components = completed.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(deepcopy(ERROR_SCHEMAS))
    components["responses"] = {response_name(status): error_response(status) for status in BY_STATUS}
    completed["paths"] = {path.replace("{pk}", "{id}"): item for path, item in completed["paths"].items()}
    for path, method, operation in operations(completed):
        operation["tags"] = [path.split("/")[3]]
        operation["summary"] = operation.pop("description", "")
        operation.setdefault("parameters", [])
        for status, response in operation["responses"].items():
            response["description"] = HTTPStatus(int(status)).phrase
            response.update(headers(int(status)))
        for parameter in operation["parameters"]:
            tidy_parameter(parameter, schemas)
        for status in error_statuses(path, method, operation):
            reference = {"$ref": f"#/components/responses/{response_name(status)}"}
            operation["responses"].setdefault(str(status), reference)
        if body := operation.get("requestBody"):
            body["required"] = True
            close(body["content"]["application/json"]["schema"], schemas)
    for name in schemas.keys() - used_schemas(completed):
        del schemas[name]
    for name, example in examples().items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    return completed


def tidy(value: Any) -> Any:
    """Return a copy of `value` without the titles and marks that only repeat what the names say."""
    if isinstance(value, Mapping):
        return {
            str(key): tidy(inner)
            for key, inner in value.items()
            if not (key == "title" and isinstance(inner, str) and "type" in value) and key != "readOnly"
        }
    return [tidy(inner) for inner in value] if isinstance(value, list) else value


def tidy_parameter(parameter: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Say of a parameter in an address what both frameworks mean."""
    if parameter["in"] == "path":
        parameter["name"] = "id"
    parameter.setdefault("required", False)
    schema = parameter["schema"]
    for variant in schema.pop("anyOf", []):
        if variant != {"type": "null"}:
            schema.update(variant)
    if reference := schema.pop("$ref", ""):
        schema.update(schemas[reference.rpartition("/")[2]])
    schema.pop("title", None)
    if "enum" in schema:
        schema.pop("minLength", None)  # which each of its words has
    if schema.get("default", ...) in {None, ""}:
        del schema["default"]
    if "description" in schema:
        parameter["description"] = schema.pop("description")


def close(schema: Mapping[str, Any], schemas: dict[str, Any]) -> None:
    """Say of a body's schema, and of those in it, that there are no other fields."""
    if "$ref" in schema:
        target = schemas[schema["$ref"].rpartition("/")[2]]
        if "properties" in target:
            target["additionalProperties"] = False
        for inner in target.get("properties", {}).values():
            close(inner, schemas)
    elif "items" in schema:
        close(schema["items"], schemas)


def used_schemas(document: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that an operation leads to."""
    schemas = document["components"]["schemas"]
    found: set[str] = set()
    waiting = [document["paths"], document["components"]["responses"]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            reference = str(value.get("$ref", ""))
            name = reference.removeprefix("#/components/schemas/")
            if name != reference and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, operation) for every operation in `document`."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def error_statuses(path: str, method: str, operation: Mapping[str, Any]) -> list[int]:
    """Return the error statuses that the operation may answer with."""
    statuses = {401, 403, 406, 429, 500}
    if operation["parameters"] or method != "get":
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
        **headers(status),
        "content": {
            "application/json": {
                "schema": reference,
                "example": envelope(status) | ({"request_id": EXAMPLE_ID} if status >= 500 else {}),
            }
        },
    }


def headers(status: int) -> dict[str, Any]:
    """Return what a response with this status says of its headers."""
    found = {name: {"required": True, **header} for name, header in HEADERS.get(status, {}).items()}
    return {"headers": found} if found else {}


def examples() -> dict[str, Any]:
    """Return the examples in every app's `api/examples.py`, by the name of the schema."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and module_has_submodule(config.module, "api"):
            package = import_module(f"{config.name}.api")
            if module_has_submodule(package, "examples"):
                found.update(import_module(f"{config.name}.api.examples").EXAMPLES)
    return found
