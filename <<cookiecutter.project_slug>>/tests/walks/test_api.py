"""What holds for every endpoint of every API, found through the URL configuration and the OpenAPI documents."""

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, OAS31Validator
from pytest_django.fixtures import Settings

from apps.accounts.models import User
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
    routes,
    rows_of,
    urls_of,
    without_names,
)
from tests.walks.exemptions import PUBLIC
from tests.walks.objects import make_everything

EXEMPTIONS = "tests/walks/exemptions.py"
LISTS = [operation for operation in OPERATIONS if operation.method == "GET" and not operation.path.endswith("}/")]

each_root = pytest.mark.parametrize("root", ROOTS)
each_authentication = pytest.mark.parametrize("authenticate", AUTHENTICATION.values(), ids=AUTHENTICATION)
pytestmark = pytest.mark.django_db


def make_user(**fields: Any) -> User:
    """Return a user who owns an object of every kind."""
    user = UserFactory.create(**fields)
    make_everything(user)
    return user


def faults_of(operation: Operation, response: Any) -> list[str]:
    """Return what is wrong with the status and body of a response, by the OpenAPI document."""
    document = document_of(operation.root)
    documented = operation.document["responses"].get(str(response.status_code))
    if documented is None:
        return [f"the status {response.status_code} is not documented"]
    if "$ref" in documented:
        documented = document["components"]["responses"][documented["$ref"].rpartition("/")[2]]
    content = documented.get("content", {}).get("application/json")
    if content is None:
        return ["there is a body, but none is documented"] if response.content else []
    validator = OAS31Validator if document["openapi"].startswith("3.1") else OAS30Validator
    schema = {**content["schema"], "components": document.get("components", {})}
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(schema).iter_errors(response.json())]


@each_root
def test_every_endpoint_is_in_the_openapi_document(root: str) -> None:
    """Or none of the other walks reaches it."""
    documented = {
        (without_names(path), method.upper()) for path, item in document_of(root)["paths"].items() for method in item
    }
    client = ApiClient(root, UserFactory.create(is_staff=True, is_superuser=True))
    found = set()
    for route in routes(root):
        if route.removeprefix(root) not in PUBLIC:
            # Every view refuses TRACE and says what it allows instead.
            allowed = client.request("TRACE", route.replace("{}", "1")).headers.get("Allow", "GET")
            found |= {(route, method) for method in re.findall(r"\w+", allowed) if method not in {"HEAD", "OPTIONS"}}

    missing = ", ".join(sorted(f"{method} {route}" for route, method in found - documented))
    assert not missing, (
        f"{missing}: not in the document at {root}schema/, so that no walk reaches it. Remove what excludes it "
        f"(`exclude`, `schema = None`, `include_in_schema=False`), or list the path in PUBLIC in {EXEMPTIONS}."
    )


@each(operation for operation in OPERATIONS if not operation.is_public)
def test_needs_authentication(operation: Operation) -> None:
    response = ApiClient(operation.root).request(operation.method, re.sub(r"{\w+}", "1", operation.path), {})

    assert response.status_code == 401, (
        f"{operation} answers {response.status_code}, not 401, without authentication. Require it in the view; if "
        f"everybody may use it, add {operation.below_root!r} to PUBLIC in {EXEMPTIONS}."
    )
    assert response.headers["WWW-Authenticate"]


@each(operation for operation in OPERATIONS if operation.parameters and not operation.is_shared)
def test_another_users_object_is_a_404(operation: Operation) -> None:
    owner, other = make_user(), make_user()
    example = example_of(operation, owner)

    for url in urls_of(operation, example):
        response = ApiClient(operation.root, other).request(operation.method, url, example.body)

        assert response.status_code == 404, (
            f"{operation} answers {response.status_code}, not 404, to a user who does not own the object. Look it up "
            f"in a QuerySet of the user's own, such as .for_user(request.user); if all users share these objects, add "
            f"their list to SHARED in {EXEMPTIONS}."
        )


@each(operation for operation in LISTS if not operation.is_shared)
def test_lists_only_the_users_own_rows(operation: Operation) -> None:
    owner, other = make_user(), make_user()
    (url, *_) = urls_of(operation, example_of(operation, owner))
    rows = rows_of(ApiClient(operation.root, owner).get(url))
    foreign = [row for row in rows_of(ApiClient(operation.root, other).get(url)) if row in rows]

    assert not foreign, (
        f"{operation} shows a user rows of another: {str(foreign)[:200]}. Filter by the user, such as "
        f".for_user(request.user); if all users share the list, add it to SHARED in {EXEMPTIONS}."
    )


@each_authentication
@each(OPERATIONS)
def test_succeeds_within_the_budget_and_as_documented(operation: Operation, authenticate: Authenticate) -> None:
    example = example_of(operation, make_user())
    client = ApiClient(operation.root, example.caller, authenticate)

    for url in urls_of(operation, example):
        response = client.request(operation.method, url, example.body)
        if response.status_code < 300:
            break

    assert response.status_code < 300, (
        f"{operation} answers {response.status_code} to {example.body}: {response.text[:300]}. Add a request that "
        f"succeeds to REQUESTS in tests/<app>/examples.py, under {operation.document['operationId']!r}."
    )
    faults = faults_of(operation, response)
    assert not faults, f"{operation} does not answer as its OpenAPI document says: {'; '.join(faults)}."


@each(LISTS)
def test_runs_as_many_queries_for_ten_rows_as_for_one(operation: Operation) -> None:
    owner = make_user()
    client = ApiClient(operation.root, owner)
    client.budget = 1000  # which is for the test above
    (url, *_) = urls_of(operation, example_of(operation, owner))
    queries, rows = [], []
    for more in (0, 0, 9):  # the first fills caches
        for _ in range(more):
            make_everything(owner)
        cache.clear()
        response = client.get(url)
        queries.append(client.queries)
        rows.append(len(rows_of(response)))

    assert len(queries[2]) <= len(queries[1]), (
        f"{operation} runs {len(queries[1])} queries for {rows[1]} rows and {len(queries[2])} for {rows[2]}: "
        f"{most_repeated(queries[2])}. Load what the rows need with select_related, prefetch_related or an annotation."
    )


@each(LISTS)
def test_is_paginated(operation: Operation) -> None:
    owner = make_user()
    make_everything(owner)
    client = ApiClient(operation.root, owner)
    (url, *_) = urls_of(operation, example_of(operation, owner))

    page = client.get(url, {"page_size": 1}).json()

    advice = "Use the project's pagination in its view."
    assert not isinstance(page, list), f"{operation} answers with a bare list. {advice}"
    if "results" in page or any(isinstance(value, list) for value in page.values()):
        assert page.keys() == {"next", "previous", "results"}, f"{operation} answers with {list(page)}. {advice}"
        assert page["results"], (
            f"{operation} lists nothing. Add a factory of its model to tests/<app>/factories.py: the walks make one "
            f"of everything for the user."
        )
        assert len(page["results"]) == 1, f"{operation} ignores page_size. {advice}"
        following = client.get(page["next"]).json()
        assert following["results"] != page["results"], f"{operation} shows the first page again as the next."
        assert client.get(url, {"page_size": 101}).status_code == 400, f"{operation} takes any page_size. {advice}"


@each(OPERATIONS)
def test_is_throttled(operation: Operation, settings: Settings, user: User) -> None:
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "2/day")
    client = ApiClient(operation.root, user)
    url = re.sub(r"{\w+}", "1", operation.path)

    responses = [client.request(operation.method, url, {}) for _ in range(3)]

    assert responses[2].status_code == 429, (
        f"{operation} is not throttled: the third request of two allowed is answered with {responses[2].status_code}. "
        f"Use the project's throttles in its view."
    )
    assert int(responses[2].headers["Retry-After"]) > 0


# What no endpoint expects.
IDS = ["0", "-1", str(2**63), "9" * 40, "x", "%00", "%C3%A9"]
BODIES = [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"text"', b'{"a": NaN}', b"[" * 100_000, b'{"a": 1, "a": 2}']
VALUES: list[Any] = [None, True, "", "\x00", "x" * 10_000, -1, 0, 2**63, 10**40, 1.5, [], [[]], {}, {"a": {}}]
bounded = hypothesis.settings(max_examples=15, deadline=None, derandomize=True, database=None)


@each(OPERATIONS)
def test_no_input_is_a_server_error(operation: Operation) -> None:
    example = example_of(operation, make_user())
    client = ApiClient(operation.root, example.caller, raise_request_exception=False)
    client.budget = 1000
    url = urls_of(operation, example)[0]

    def check(url: str, body: Any = example.body, query: dict[str, str] | None = None) -> None:
        response = client.request(operation.method, url, body, query_params=query)
        faults = faults_of(operation, response)
        shown = f"{operation.method} {url} {query or ''} {str(body or '')[:200]}"
        assert not faults, f"{shown}: answered {response.status_code}: {'; '.join(faults)}."
        assert response.status_code < 500, f"{shown}: answered {response.status_code}. Refuse it with a 400 or 404."

    for value in IDS if operation.parameters else []:
        check(re.sub(r"{\w+}", value, operation.path))
    for body in BODIES if operation.body_schema else []:
        check(url, body)

    @bounded
    @given(st.data())
    def check_made_up_values(data: st.DataObject) -> None:
        value = st.one_of(st.sampled_from(VALUES), st.text(max_size=20), st.integers(), st.floats())
        places = list(places_in(example.body))
        queries = [parameter["name"] for parameter in operation.document["parameters"] if parameter["in"] == "query"]
        if places:
            check(url, replaced(example.body, data.draw(st.sampled_from(places)), data.draw(value)))
        if queries:
            check(url, query={data.draw(st.sampled_from(queries)): str(data.draw(value))})

    check_made_up_values()


def places_in(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every value in `body`: (), ("items",), ("items", 0), ("items", 0, "product")."""
    if body is not None:
        yield place
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        yield from places_in(value, (*place, key))


def replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of `body` with `value` at `place`."""
    if not place:
        return value
    changed = copy(body)
    changed[place[0]] = replaced(body[place[0]], place[1:], value)
    return changed
