"""Every endpoint of every API: from the URL configuration, with what the OpenAPI documents say about it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.test import Client
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from apps.accounts.models import User
from config.urls import urlpatterns
from tests.client import ROOTS, ApiClient
from tests.walks.exemptions import PUBLIC, SHARED
from tests.walks.objects import Example, cause_of, fail, registered

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Operation:
    """A method of a path, such as GET /api/v1/users/me/."""

    root: str
    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def below_root(self) -> str:
        return self.path.removeprefix(self.root)

    @property
    def is_public(self) -> bool:
        return self.below_root in PUBLIC

    @property
    def is_shared(self) -> bool:
        return any(self.below_root.startswith(path) for path in SHARED)

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters in the path."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def query_parameters(self) -> list[str]:
        return [found["name"] for found in self.document.get("parameters", []) if found["in"] == "query"]

    @property
    def document(self) -> dict[str, Any]:
        """What the OpenAPI document says of it."""
        documented: dict[str, Any] = document_of(self.root)["paths"][self.path][self.method.lower()]
        return documented

    @property
    def body_schema(self) -> dict[str, Any] | None:
        """The schema of its body as JSON, if it takes one."""
        content = self.document.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None


@cache
def document_of(root: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API at `root`."""
    response = Client(raise_request_exception=False).get(f"{root}schema/", query_params={"format": "json"})
    if response.status_code == 404:
        fail(f"{root} has no OpenAPI document. Serve one at {root}schema/, or move its views below another API.")
    if response.status_code != 200:
        fail(
            f"GET {root}schema/ answers {response.status_code}{cause_of(response)}. The document describes every view: "
            f"correct the one that was added or changed last in apps/<app>/api/."
        )
    document: dict[str, Any] = response.json()
    return document


def routes(root: str, patterns: Iterable[Any] = urlpatterns, prefix: str = "/") -> Iterator[str]:
    """Yield the path of every view below `root`, its parameters as `{}`."""
    for entry in patterns:
        regular = isinstance(entry.pattern, RegexPattern)
        part = simplify_regex(str(entry.pattern)).removeprefix("/") if regular else str(entry.pattern)
        path = prefix + re.sub(r"<[^>]*>", "{}", part)
        if isinstance(entry, URLResolver):
            yield from routes(root, entry.url_patterns, path)
        elif path.startswith(root):
            yield path


def without_names(path: str) -> str:
    """Return `path` without the names of its parameters."""
    return re.sub(r"{\w+}", "{}", path)


OPERATIONS = [
    Operation(root, path, method)
    for root in ROOTS
    for path, item in sorted(document_of(root)["paths"].items())
    for method in METHODS
    if method.lower() in item
]


def each(operations: Iterable[Operation]) -> pytest.MarkDecorator:
    """Parametrize a test by operations."""
    return pytest.mark.parametrize("operation", list(operations), ids=str)


def example_of(operation: Operation, owner: User) -> Example:
    """Return a request of `owner` that should succeed: the registered one, or one made from the document."""
    if make := registered("request_examples", "REQUESTS").get(operation.document["operationId"]):
        example: Example = make(owner)
        return example
    schema = operation.body_schema
    body = None if schema is None else sample(schema, document_of(operation.root))
    return Example(owner, body)


def urls_of(operation: Operation, example: Example) -> list[str]:
    """Return the URLs of up to five objects of the caller; the path itself if it has no parameters.

    The values of a parameter are those of the example, or else found in the list at the path before it.
    """
    urls, client = [operation.path], ApiClient(operation.root, example.caller)
    for index, name in enumerate(operation.parameters):
        slot, given = f"{{{name}}}", example.path[index : index + 1]
        found = {
            url: given or [row.get(name, row.get("id")) for row in rows_of(client.get(url.partition(slot)[0]))[:5]]
            for url in urls
        }
        urls = [url.replace(slot, str(value)) for url, values in found.items() for value in values]
        if not urls:
            fail(
                f"{operation}: no value for {slot}, as GET {operation.path.partition(slot)[0]} lists nothing. Add a "
                f"factory of its model to tests/<app>/factories.py; if there is no such list, add an example to REQUESTS "
                f"in tests/<app>/request_examples.py, under {operation.document['operationId']!r}."
            )
    return urls


def list_url_of(operation: Operation, owner: User) -> str:
    """Return the URL of a list, below the object that has the most rows in it."""
    urls, client = urls_of(operation, example_of(operation, owner)), ApiClient(operation.root, owner)
    return urls[0] if len(urls) == 1 else max(urls, key=lambda url: len(rows_of(client.get(url))))


def rows_of(response: Any) -> list[dict[str, Any]]:
    """Return the rows of a list, paginated or not."""
    if response.status_code != 200 or "json" not in response.headers["Content-Type"]:
        return []
    content = response.json()
    rows = content.get("results", []) if isinstance(content, dict) else content
    return [row for row in rows if isinstance(row, dict)]


def sample(schema: Mapping[str, Any], document: Mapping[str, Any], name: str = "") -> Any:
    """Return a small value that fits the `schema` of the property `name`."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            return sample(schema[key][0], document, name)
    kind = schema.get("type", "object")
    if "enum" in schema:
        value = schema["enum"][0]
    elif kind == "object":
        properties = {name: part for name, part in schema.get("properties", {}).items() if not part.get("readOnly")}
        wanted = schema.get("required", properties)
        value = {name: sample(part, document, name) for name, part in properties.items() if name in wanted}
    elif kind == "array":
        value = [sample(schema["items"], document)] * max(1, schema.get("minItems", 0))
    elif kind == "string":
        value = FORMATS.get(schema.get("format", name), "x" * max(1, schema.get("minLength", 0)))
    else:
        value = kind == "boolean" or max(1, schema.get("minimum", 1))
    return value


# By the format, or else the name, of a property.
FORMATS = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T08:00:00Z",
    "decimal": "1.00",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uuid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
}
