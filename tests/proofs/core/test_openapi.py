"""What is made of a framework's own OpenAPI document."""

from copy import deepcopy
from typing import Any

import pytest

from apps.api.openapi import complete

JSON = "application/json"

# As a framework would write it: one list, and one object that is changed by a body with a list of others in it.
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/api/v1/boxes/": {
            "get": {
                "description": "Every box.",
                "parameters": [
                    {
                        "in": "query",
                        "name": "open",
                        "schema": {
                            "anyOf": [{"type": "boolean"}, {"type": "null"}],
                            "default": None,
                            "title": "Open",
                            "description": "Only those.",
                        },
                    },
                    {"in": "query", "name": "colour", "schema": {"$ref": "#/components/schemas/Colour"}},
                ],
                "responses": {"200": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Box"}}}}},
            }
        },
        "/api/v1/boxes/{pk}/": {
            "post": {
                "parameters": [{"in": "path", "name": "pk", "required": True, "schema": {"type": "integer"}}],
                "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/NewBox"}}}},
                "responses": {"201": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Box"}}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Box": {"type": "object", "title": "Box", "properties": {"title": {"type": "string", "title": "Title"}}},
            "Colour": {"type": "string", "enum": ["red", "blue"], "minLength": 1},
            "NewBox": {
                "type": "object",
                "properties": {"things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
            },
            "Thing": {"type": "object", "properties": {"name": {"type": "string", "readOnly": True}}},
            "Unused": {"type": "object"},
        }
    },
}


@pytest.fixture
def completed() -> dict[str, Any]:
    return complete(DOCUMENT)


def test_the_frameworks_own_document_is_left_as_it_is() -> None:
    before = deepcopy(DOCUMENT)

    complete(DOCUMENT)

    assert before == DOCUMENT


def test_an_optional_parameter_is_absent_rather_than_null(completed: dict[str, Any]) -> None:
    opened, colour = completed["paths"]["/api/v1/boxes/"]["get"]["parameters"]

    assert opened == {
        "in": "query",
        "name": "open",
        "required": False,
        "schema": {"type": "boolean"},
        "description": "Only those.",
    }
    assert colour["schema"] == {"type": "string", "enum": ["red", "blue"]}


def test_objects_are_found_by_id(completed: dict[str, Any]) -> None:
    (parameter,) = completed["paths"]["/api/v1/boxes/{id}/"]["post"]["parameters"]

    assert (parameter["name"], parameter["required"]) == ("id", True)


def test_a_body_is_required_and_admits_no_other_fields(completed: dict[str, Any]) -> None:
    schemas = completed["components"]["schemas"]

    assert completed["paths"]["/api/v1/boxes/{id}/"]["post"]["requestBody"]["required"]
    assert schemas["NewBox"]["additionalProperties"] is False
    assert schemas["Thing"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["Box"]


def test_every_operation_has_a_tag_and_the_errors_it_may_end_in(completed: dict[str, Any]) -> None:
    listing = completed["paths"]["/api/v1/boxes/"]["get"]
    change = completed["paths"]["/api/v1/boxes/{id}/"]["post"]

    assert (listing["tags"], listing["summary"]) == (["boxes"], "Every box.")
    assert set(listing["responses"]) == {"200", "400", "401", "403", "406", "429", "500"}
    assert set(change["responses"]) == {"201"} | set(listing["responses"]) - {"200"} | {"404", "409", "413", "415"}
    assert change["responses"]["404"] == {"$ref": "#/components/responses/NotFound"}
    assert change["responses"]["201"]["headers"]["Location"]["required"]


def test_what_only_repeats_a_name_or_is_used_nowhere_is_gone(completed: dict[str, Any]) -> None:
    schemas = completed["components"]["schemas"]

    assert schemas["Box"] == {"type": "object", "properties": {"title": {"type": "string"}}}
    assert schemas["Thing"]["properties"] == {"name": {"type": "string"}}
    assert set(schemas) == {"Box", "NewBox", "Thing", "Error", "FieldError"}
