"""Checks of every endpoint of every API, found through the URL configuration and the OpenAPI documents."""

import re
from collections.abc import Iterator
from copy import copy
from functools import cache as remember
from typing import Any
from unittest.mock import Mock

import hypothesis
import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, OAS31Validator

from apps.accounts.models import User
from apps.api import throttling
from tests.authentication import METHODS as AUTHENTICATION
from tests.authentication import Authenticate
from tests.client import ROOTS, ApiClient, most_repeated
from tests.factories import UserFactory
from tests.walks.endpoints import (
    OPERATIONS,
    Operation,
    document_of,
    each,
    example_of,
    list_url_of,
    routes,
    rows_of,
    urls_of,
    without_names,
)
from tests.walks.exemptions import PUBLIC
from tests.walks.objects import cause_of, fail, make_everything

EXEMPTIONS = "tests/walks/exemptions.py"
LISTS = [operation for operation in OPERATIONS if operation.method == "GET" and not operation.path.endswith("}/")]

pytestmark = pytest.mark.django_db


def make_user(**fields: Any) -> User:
    """Return a user who owns an object of every kind."""
    user = UserFactory.create(**fields)
    make_everything(user)
    return user


def documented_response(operation: Operation, status: int) -> Any:
    """Return what the document says about a status; errors may be documented together as the default."""
    responses = operation.document["responses"]
    return responses.get(str(status)) or (responses.get("default", {}) if status >= 400 else {})


@remember
def validator_of(operation: Operation, status: int) -> Any:
    """Return what validates the JSON of a response with this status; None if the document has no such response."""
    document = document_of(operation.root)
    documented = documented_response(operation, status)
    if "$ref" in documented:
        documented = document["components"]["responses"][documented["$ref"].rpartition("/")[2]]
    content = documented.get("content", {}).get("application/json")
    if content is None:
        return None
    validator = OAS31Validator if document["openapi"].startswith("3.1") else OAS30Validator
    return validator({**content["schema"], "components": document.get("components", {})})


def faults_of(operation: Operation, response: Any) -> str:
    """Return how a response differs from what the OpenAPI document says; an empty string if it does not."""
    if not documented_response(operation, response.status_code):
        return f"the status {response.status_code} is not documented"
    validator = validator_of(operation, response.status_code)
    if validator is None:
        return "there is a body, but none is documented" if not response.streaming and response.content else ""
    errors = validator.iter_errors(response.json())
    return "; ".join(f"{error.json_path}: {error.message[:300]}" for error in errors)


def advice_on_example(operation: Operation) -> str:
    return (
        f"Add a request that succeeds to REQUESTS in tests/<app>/request_examples.py, under "
        f"{operation.document['operationId']!r}."
    )


@pytest.mark.parametrize("root", ROOTS)
def test_every_endpoint_is_in_the_openapi_document(root: str) -> None:
    """Or none of the other walks reaches it."""
    paths = document_of(root)["paths"]
    documented = {(without_names(path), method.upper()) for path, item in paths.items() for method in item}
    client = ApiClient(root, UserFactory.create(is_staff=True, is_superuser=True))
    found = set()
    for route in routes(root):
        if route.removeprefix(root) not in PUBLIC:
            # Every view refuses TRACE and says what it allows instead.
            allowed = client.request("TRACE", route.replace("{}", "1")).headers.get("Allow", "GET")
            found |= {(route, method) for method in re.findall(r"\w+", allowed) if method not in {"HEAD", "OPTIONS"}}

    if missing := ", ".join(sorted(f"{method} {route}" for route, method in found - documented)):
        fail(
            f"{missing}: not in the OpenAPI document at {root}schema/, so that no walk reaches it. Remove what "
            f"excludes it (`exclude`, `schema = None`, `include_in_schema=False`), or add the path to PUBLIC in "
            f"{EXEMPTIONS}."
        )


@each(operation for operation in OPERATIONS if not operation.is_public)
def test_needs_authentication(operation: Operation) -> None:
    client = ApiClient(operation.root, raise_request_exception=False)
    response = client.request(operation.method, re.sub(r"{\w+}", "1", operation.path), {})

    if response.status_code != 401:
        fail(
            f"{operation} answers {response.status_code}{cause_of(response)}, not 401, without authentication. Require it in the view; "
            f"if everybody may use it, add {operation.below_root!r} to PUBLIC in {EXEMPTIONS}."
        )
    if not response.headers.get("WWW-Authenticate"):
        fail(f"{operation} answers 401 without WWW-Authenticate. Use authentication of apps/accounts/api in its view.")


@each(operation for operation in OPERATIONS if operation.parameters and not operation.is_shared)
def test_another_users_object_is_a_404(operation: Operation) -> None:
    owner, other = make_user(), make_user()
    example = example_of(operation, owner)
    client = ApiClient(operation.root, other)

    urls = urls_of(operation, example)
    if len(operation.parameters) > 1:  # an object of the owner below one of the other user
        own = urls_of(operation, example_of(operation, other))[0].split("/")
        last = operation.path.split("/").index(f"{{{operation.parameters[-1]}}}")
        urls += ["/".join([*own[:last], *url.split("/")[last:]]) for url in urls]
    for url in urls:
        status = client.request(operation.method, url, example.body).status_code
        if status == 400:
            fail(f"{operation} refuses {example.body} before it looks for the object. {advice_on_example(operation)}")
        if status != 404:
            fail(
                f"{operation} answers {status}, not 404, to a user who does not own the object. Look it up among the "
                f"user's own, such as Model.objects.for_user(request.user); if all users share these objects, add "
                f"their list to SHARED in {EXEMPTIONS}."
            )


@each(operation for operation in LISTS if not operation.is_shared)
def test_lists_only_the_users_own_rows(operation: Operation) -> None:
    owner, other = make_user(), make_user()
    url = list_url_of(operation, owner)
    rows = rows_of(ApiClient(operation.root, owner).get(url))
    client = ApiClient(operation.root, other)
    values = {owner.pk, *(value for _, value in places_and_values(rows[:1]) if isinstance(value, int | str))}
    filters = set(operation.query_parameters) - {"cursor", "page_size"}
    queries = [{name: str(value)} for name in filters for value in values]

    for query in [{}, *queries]:
        if foreign := [row for row in rows_of(client.get(url, query)) if row in rows]:
            fail(
                f"{operation} shows a user rows of another (with {query or 'no filter'}): {str(foreign)[:200]}. Filter by "
                f"the user, such as Model.objects.for_user(request.user); if all users share the list, add it to SHARED "
                f"in {EXEMPTIONS}."
            )


@pytest.mark.parametrize("authenticate", AUTHENTICATION.values(), ids=AUTHENTICATION)
@each(OPERATIONS)
def test_succeeds_within_the_budget_and_as_documented(operation: Operation, authenticate: Authenticate) -> None:
    example = example_of(operation, make_user())
    client = ApiClient(operation.root, example.caller, authenticate)

    for url in urls_of(operation, example):
        response = client.request(operation.method, url, example.body)
        if response.status_code < 300:
            break

    if response.status_code >= 300:
        fail(
            f"{operation} answers {response.status_code} to {example.body}: {response.text[:300]}. "
            f"{advice_on_example(operation)}"
        )
    if faults := faults_of(operation, response):
        fail(f"{operation} does not answer as the OpenAPI document says: {faults}.")


@each(LISTS)
def test_runs_as_many_queries_for_ten_rows_as_for_one(operation: Operation) -> None:
    owner = make_user()
    client = ApiClient(operation.root, owner)
    client.budget = None
    url = list_url_of(operation, owner)
    queries, rows = [], []
    for more in (0, 0, 9):  # the first request fills caches
        for _ in range(more):
            make_everything(owner)
        cache.clear()
        rows.append(len(rows_of(client.get(url))))
        queries.append(client.queries)

    if len(queries[2]) > len(queries[1]):
        fail(
            f"{operation} runs {len(queries[1])} queries for {rows[1]} rows and {len(queries[2])} for {rows[2]}: "
            f"{most_repeated(queries[2])}. Load what the rows need with select_related, prefetch_related or an "
            f"annotation in the QuerySet of the view."
        )


@each(LISTS)
def test_is_paginated(operation: Operation) -> None:
    owner = make_user()
    make_everything(owner)
    client = ApiClient(operation.root, owner)
    url = list_url_of(operation, owner)

    response = client.get(url, {"page_size": 1})
    page = response.json() if "json" in response.headers["Content-Type"] else {}

    if isinstance(page, dict) and not any(isinstance(value, list) for _, value in places_and_values(page)):
        return  # one object, such as the current user
    advice = "Use the project's pagination in its view."
    if isinstance(page, list) or page.keys() != {"next", "previous", "results"}:
        fail(f"{operation} answers with a list that is no page of next, previous and results. {advice}")
    if not page["results"]:
        fail(f"{operation} lists nothing. Add a factory of its model to tests/<app>/factories.py, or else an example.")
    if len(page["results"]) > 1 or client.get(url, {"page_size": 101}).status_code != 400:
        fail(f"{operation} ignores page_size, which is from 1 to 100. {advice}")
    if page["next"] and client.get(page["next"]).json()["results"] == page["results"]:
        fail(f"{operation} shows the same rows again on the next page. Its order needs a unique field at the end.")


@each(OPERATIONS)
def test_is_throttled(operation: Operation, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "cache", Mock(incr=Mock(return_value=10**9)))  # so many requests came before
    client = ApiClient(operation.root, user)

    response = client.request(operation.method, re.sub(r"{\w+}", "1", operation.path), {})

    if response.status_code != 429 or int(response.headers.get("Retry-After", 0)) < 1:
        fail(
            f"{operation} is not throttled: a caller who sent too many requests is answered with "
            f"{response.status_code}. Use the project's throttles in its view."
        )


# What no endpoint expects.
IDS = ["0", "-1", str(2**63), "9" * 40, "x", "%00", "%C3%A9"]
BODIES = [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"text"', b'{"a": NaN}', b"[" * 100_000, b'{"a": 1, "a": 2}']
VALUES: list[Any] = [None, True, "", "\x00", "x" * 10_000, -1, 0, 2**63, 10**40, 1.5, [], [[]], {}, {"a": {}}]
# Few characters: to know all of Unicode takes Hypothesis two seconds in a new project.
TEXT = st.text("a0 _-.:/%'\"<\\\x00\x7f\u202eé٣€😀", max_size=20)
ANYTHING = st.one_of(st.sampled_from(VALUES), TEXT, st.integers(), st.floats())
bounded = hypothesis.settings(max_examples=15, deadline=None, derandomize=True, database=None)


@each(OPERATIONS)
def test_no_input_is_a_server_error(operation: Operation) -> None:
    example = example_of(operation, make_user())
    client = ApiClient(operation.root, example.caller, raise_request_exception=False)
    client.budget = None
    url = urls_of(operation, example)[0]

    def check(url: str, body: Any = example.body, query: dict[str, str] | None = None) -> None:
        response = client.request(operation.method, url, body, query_params=query)
        request = f"{operation.method} {url} {query or ''} {str('' if body is None else body)[:200]}"
        if response.status_code >= 500:
            fail(f"{request} answers {response.status_code}{cause_of(response)}. Refuse such input with a 400 or 404.")
        if faults := faults_of(operation, response):
            fail(f"{request} answers {response.status_code}, not as the OpenAPI document says: {faults}.")

    for value in IDS if operation.parameters else []:
        check(re.sub(r"{\w+}", value, operation.path))
    for body in BODIES if operation.method != "GET" else []:
        check(url, body)

    places = [place for place, _ in places_and_values(example.body)]
    queries = operation.query_parameters

    @bounded
    @given(st.data())
    def check_made_up_values(data: st.DataObject) -> None:
        if places:
            check(url, replaced(example.body, data.draw(st.sampled_from(places)), data.draw(ANYTHING)))
        if queries:
            check(url, query={data.draw(st.sampled_from(queries)): str(data.draw(ANYTHING))})

    if places or queries:
        check_made_up_values()


def places_and_values(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every value in `body` with the path to it: (), ("items",), ("items", 0), ("items", 0, "product")."""
    if body is not None:
        yield place, body
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        yield from places_and_values(value, (*place, key))


def replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of `body` with `value` at `place`."""
    if not place:
        return value
    changed = copy(body)
    changed[place[0]] = replaced(body[place[0]], place[1:], value)
    return changed
