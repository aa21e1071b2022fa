"""Every endpoint of every API says who may use it, and none but the API's own documentation lets everybody in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from config.urls import urlpatterns
from proofs.contract.apis import ROOTS
from proofs.contract.client import ApiClient
from proofs.contract.documents import DOCUMENTS, OPERATIONS, operations, with_id
from proofs.contract.guards import FINDERS

# The API's own documentation.
PUBLIC = {"schema", "docs"}

# The name of the route by which an API finds its own root: it is a 404 for everybody.
ROOT = "api-root"


@dataclass(frozen=True)
class Endpoint:
    """A method of an address; `guards` are the permissions or the kinds of authentication that it asks for."""

    address: str
    method: str
    guards: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.address}"


def find_endpoints(patterns: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[Endpoint]:
    """Yield every endpoint below `patterns`, the public ones excepted."""
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from find_endpoints(pattern.url_patterns, address)
        elif pattern.name not in {ROOT, *PUBLIC}:
            for method, guards in find_guards(pattern.callback):
                yield Endpoint(with_id(address), method, guards)


def find_guards(view: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the methods of `view`, each with what guards it; nothing guards a view of no framework."""
    for finder in FINDERS:
        found = finder(view)
        if found is not None:
            yield from found
            return
    yield "get", ()


def find_unguarded(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Return the endpoints below `patterns` that everybody may use without this having been said."""
    return [str(endpoint) for endpoint in find_endpoints(patterns) if not endpoint.guards]


API_PATTERNS = [entry for entry in urlpatterns if isinstance(entry, URLResolver) and f"/{entry.pattern}" in ROOTS]


def test_every_endpoint_says_who_may_use_it() -> None:
    assert find_unguarded(API_PATTERNS) == []


def test_every_endpoint_is_documented() -> None:
    found = {(endpoint.address, endpoint.method) for endpoint in find_endpoints(API_PATTERNS)}

    documented = {
        (with_id(path), method) for document in DOCUMENTS.values() for path, method, _ in operations(document)
    }
    assert found == documented


def test_there_is_nothing_at_the_root(visitor: ApiClient) -> None:
    assert visitor.get("").status == 404


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_visitors_are_asked_who_they_are(visitor: ApiClient, path: str, method: str) -> None:
    answer = visitor.request(method.upper(), with_id(path, 1), {})

    assert answer.status == 401
    assert answer.json["code"] == "not_authenticated"


def answer(request: HttpRequest) -> HttpResponse:
    """A view of Django alone, which no framework guards."""
    return HttpResponse()


def test_catches_a_view_of_no_framework() -> None:
    assert find_unguarded([path("little/", answer)]) == ["GET /little/"]
