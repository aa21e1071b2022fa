"""Every API documents the same operations: what a client of one relies on, it finds in the others."""

from typing import Any

import pytest

from proofs.contract.apis import ROOTS
from proofs.contract.documents import DOCUMENTS, operations, with_id
from proofs.contract.test_openapi import resolved


def names(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return the names of the properties of `schema`, and of what they and its items are made of."""
    schema = resolved(document, schema)
    for key in ("anyOf", "allOf"):
        (schema,) = [resolved(document, one) for one in schema.get(key, []) if one != {"type": "null"}] or [schema]
    if "items" in schema:
        return [names(document, schema["items"])]
    return {name: names(document, inner) for name, inner in sorted(schema.get("properties", {}).items())}


def outline(root: str) -> dict[str, Any]:
    """Return what clients of the API at `root` rely on in each operation."""
    document = DOCUMENTS[root]
    found = {}
    for path, method, operation in operations(document):
        bodies = {
            status: response.get("content", {}).get("application/json", {}).get("schema", {})
            for status, response in operation["responses"].items()
        }
        request = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        parameters = [one for one in operation.get("parameters", []) if one["in"] != "path"]
        found[f"{method} {with_id(path).removeprefix(root)}"] = {
            "id": operation["operationId"],
            "parameters": sorted(f"{one['in']} {one['name']}" for one in parameters),
            "request": names(document, request),
            "responses": {status: names(document, schema) for status, schema in bodies.items()},
        }
    return found


@pytest.mark.parametrize("other", ROOTS[1:])
def test_operations_are_the_same(other: str) -> None:
    assert outline(other) == outline(ROOTS[0])
