"""The OpenAPI documents and their pages."""

import json
from pathlib import Path

from openapi_spec_validator import validate

from config.settings.env import BASE_DIR
from tests.client import ApiClient


def test_the_document_is_valid_and_names_every_operation(root: str) -> None:
    document = ApiClient(root).get("schema/", {"format": "json"}).json()

    validate(document)
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    ids = [operation["operationId"] for operation in operations]
    twice = {name for name in ids if ids.count(name) > 1}
    assert not twice, f"The same operation id twice: {twice}. Rename one of the operations in apps/<app>/api/."
    nameless = [operation["operationId"] for operation in operations if not operation.get("summary")]
    assert not nameless, f"No summary of {nameless}: begin its docstring in apps/<app>/api/ with one."


def test_the_document_in_the_repository_is_up_to_date(root: str) -> None:
    path = BASE_DIR / "openapi" / f"{Path(root).name}.json"
    document = ApiClient(root).get("schema/", {"format": "json"}).json()

    advice = "Run `just openapi`, and see in `git diff` what changes for clients."
    assert not path.exists() or json.loads(path.read_text("utf-8")) == document, advice


def test_the_document_is_served_as_yaml_too(root: str) -> None:
    response = ApiClient(root).get("schema/", {"format": "yaml"})

    assert "openapi" in response.headers["Content-Type"] or "yaml" in response.headers["Content-Type"]
    assert "openapi: 3." in response.text


def test_the_pages_come_from_this_host(root: str) -> None:
    response = ApiClient(root).get("docs/")

    assert response.status_code == 200
    assert "https://cdn" not in response.text
    assert "unsafe" not in response.headers["Content-Security-Policy"]
