"""Every endpoint of every API says who may use it, and none but the API's own documentation lets everybody in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import getclosurevars, isfunction
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from apps.core.api.docs import ApiDocsView, ApiSchemaView
from apps.core.api.openapi import METHODS, operations
from config.urls import urlpatterns
from tests.contract.apis import ROOTS
from tests.contract.client import ApiClient
from tests.contract.documents import DOCUMENTS, OPERATIONS

PUBLIC = {ApiSchemaView, ApiDocsView}

# The name of the route by which Django Ninja finds its own root: it is a 404 for everybody.
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
        elif pattern.name != ROOT:
            for method, guards in find_guards(pattern.callback):
                yield Endpoint(address.replace("<int:pk>", "{id}"), method, tuple(guards))


def find_guards(view: Callable[..., Any]) -> Iterator[tuple[str, Iterable[Any]]]:
    """Yield the methods of `view`, each with what guards it; nothing guards a view of neither framework."""
    if getattr(view, "view_class", None) in PUBLIC:
        return
    view_class = getattr(view, "cls", None)
    if view_class is not None:  # Django REST framework
        # Of the view's own class: what it inherits, such as the default of the settings, is not explicit.
        permissions = getattr(view, "initkwargs", {}).get(
            "permission_classes", vars(view_class).get("permission_classes")
        )
        guards = [permission for permission in permissions or () if getattr(permission, "__name__", "") != "AllowAny"]
        for method in METHODS & set(getattr(view, "actions", None) or dir(view_class)):
            yield method, guards
    elif isfunction(view) and (found := getattr(getclosurevars(view).nonlocals.get("self"), "operations", None)):
        for operation in found:  # Django Ninja
            for method in operation.methods:
                yield method.lower(), operation.auth_callbacks
    else:
        yield "get", ()


def find_unguarded(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Return the endpoints below `patterns` that everybody may use without this having been said."""
    return [str(endpoint) for endpoint in find_endpoints(patterns) if not endpoint.guards]


API_PATTERNS = [entry for entry in urlpatterns if isinstance(entry, URLResolver) and f"/{entry.pattern}" in ROOTS]


def test_every_endpoint_says_who_may_use_it() -> None:
    assert find_unguarded(API_PATTERNS) == []


def test_every_endpoint_is_documented() -> None:
    found = {(endpoint.address, endpoint.method) for endpoint in find_endpoints(API_PATTERNS)}

    documented = {(path, method) for document in DOCUMENTS.values() for path, method, _ in operations(document)}
    assert found == documented


def test_there_is_nothing_at_the_root(visitor: ApiClient) -> None:
    assert visitor.get("").status == 404


@pytest.mark.parametrize(("root", "path", "method"), OPERATIONS)
def test_visitors_are_asked_who_they_are(visitor: ApiClient, path: str, method: str) -> None:
    answer = visitor.request(method.upper(), path.replace("{id}", "1"), {})

    assert answer.status == 401
    assert answer.json["code"] == "not_authenticated"


def answer(request: HttpRequest) -> HttpResponse:
    """A view of Django alone, which neither framework guards."""
    return HttpResponse()


def test_catches_a_view_of_no_framework() -> None:
    assert find_unguarded([path("little/", answer)]) == ["GET /little/"]


def test_catches_a_view_without_permissions() -> None:
    views = pytest.importorskip("rest_framework.views")
    permissions = pytest.importorskip("rest_framework.permissions")

    def unguarded(base: Any = views.APIView, **attributes: Any) -> list[str]:
        view: Any = type("Little", (base,), {"get": answer, **attributes})
        return find_unguarded([path("little/", view.as_view())])

    inherited = type("Guarded", (views.APIView,), {"permission_classes": [permissions.IsAuthenticated]})
    assert unguarded(permission_classes=[permissions.IsAuthenticated]) == []
    assert unguarded() == ["GET /little/"]
    assert unguarded(inherited) == ["GET /little/"]
    assert unguarded(permission_classes=[]) == ["GET /little/"]
    assert unguarded(permission_classes=[permissions.AllowAny]) == ["GET /little/"]


def test_catches_an_operation_without_authentication() -> None:
    ninja = pytest.importorskip("ninja")
    router = ninja.Router()
    router.get("guarded/", auth=lambda request: None)(answer)
    router.post("open/", auth=None)(answer)
    api = ninja.NinjaAPI(openapi_url=None, docs_url=None, urls_namespace="little")
    api.add_router("", router)

    assert find_unguarded(api.urls[0]) == ["POST /open/"]
