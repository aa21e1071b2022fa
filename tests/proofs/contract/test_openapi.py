"""The OpenAPI documents are valid, complete and true to the contract; Swagger UI shows them without help from outside."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from proofs.contract.apis import ROOTS
from proofs.contract.client import ApiClient
from proofs.contract.documents import DOCUMENTS, OPERATIONS


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Return what `value` stands for if it is a reference, else `value`."""
    if reference := value.get("$ref"):
        for key in reference.removeprefix("#/").split("/"):
            document = document[key]
        return document
    return value


def test_is_valid_openapi(root: str) -> None:
    document = DOCUMENTS[root]

    assert document["openapi"].startswith("3.1.")
    validate(document, cls=OpenAPIV31SpecValidator)


@pytest.mark.parametrize(
    ("query", "accept", "served"),
    [
        ("", "application/json", "application/json"),
        ("", "application/yaml", "application/yaml"),
        ("", "application/json;q=0.5, application/yaml", "application/yaml"),
        ("?format=json", "*/*", "json"),
        ("?format=yaml", "*/*", "openapi|yaml"),
    ],
)
def test_is_served_as_json_or_yaml(visitor: ApiClient, query: str, accept: str, served: str) -> None:
    answer = visitor.get(f"schema/{query}", accept=accept)

    assert answer.status == 200
    assert re.search(served, answer.headers["Content-Type"])
    assert yaml.safe_load(answer.content) == DOCUMENTS[visitor.root]


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("?format=xml", "*/*", 404),
        ("?format=%00", "*/*", 404),
        ("?format=application/json", "*/*", 404),
        ("", "text/html", 406),
        ("", "nonsense", 406),
    ],
)
def test_is_not_served_in_another_format(visitor: ApiClient, query: str, accept: str, status: int) -> None:
    answer = visitor.get(f"schema/{query}", accept=accept)

    assert answer.status == status
    assert answer.json["code"] == {404: "not_found", 406: "not_acceptable"}[status]


def test_operation_ids_are_unique(root: str) -> None:
    ids = [operation["operationId"] for item in DOCUMENTS[root]["paths"].values() for operation in item.values()]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_an_operation_has_an_id_a_summary_and_security(root: str, path: str, method: str) -> None:
    operation = DOCUMENTS[root]["paths"][path][method]

    assert path.startswith(root)
    assert operation["operationId"]
    assert operation["summary"]
    assert operation["security"]
    schemes = DOCUMENTS[root]["components"]["securitySchemes"]
    for requirement in operation["security"]:
        assert requirement
        assert requirement.keys() <= schemes.keys()


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_an_operation_documents_its_errors_as_the_envelope(root: str, path: str, method: str) -> None:
    document = DOCUMENTS[root]
    response = resolved(document, document["paths"][path][method]["responses"]["default"])

    assert list(response["content"]) == ["application/json"]
    error = resolved(document, response["content"]["application/json"]["schema"])
    assert error["properties"].keys() == {"detail", "code", "errors", "request_id"}


class Page(HTMLParser):
    """What a page of HTML loads, and what of it stands in the page itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.assets: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "a":
            self.assets += [value for name in ("src", "href") if (value := given.get(name))]
        if (tag == "style" and "nonce" not in given) or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def served_assets(visitor: ApiClient, page: Page) -> Iterator[bytes]:
    """Yield the content of everything that `page` loads."""
    for asset in page.assets:
        response = visitor.django.get(asset)
        assert response.status_code == 200
        yield response.getvalue()


def test_swagger_ui_needs_nothing_from_elsewhere(visitor: ApiClient) -> None:
    answer = visitor.get("docs/")
    page = Page(answer.content.decode())

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert all(asset.startswith("/static/") for asset in page.assets)
    assert page.inline == []
    assert b"SwaggerUIBundle" in b"".join(served_assets(visitor, page))


def test_swagger_ui_works_under_the_policy_of_the_site(visitor: ApiClient) -> None:
    answer = visitor.get("docs/")

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_finds_what_a_page_takes_from_elsewhere() -> None:
    page = Page(
        '<script src="https://cdn.example.com/x.js"></script><script>1</script><p style="color: red" onclick="">'
    )

    assert page.assets == ["https://cdn.example.com/x.js"]
    assert page.inline == ["script", "style", "onclick"]


def test_there_is_an_api() -> None:
    assert ROOTS
    assert OPERATIONS
