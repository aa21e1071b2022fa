"""How Django Ninja reads what comes in."""

import json
from typing import Any

import pytest
from django.test import RequestFactory
from ninja import Schema
from pydantic import Field, ValidationError

from apps.accounts.models import User
from apps.api.ninja import (
    Email,
    Id,
    Input,
    PageParameters,
    QueryBoolean,
    QueryId,
    QueryTime,
    Text,
    paginated,
)
from apps.api.ninja_errors import field_errors
from proofs.core.inputs import BODIES, GOOD_BODY, PARAMETERS
from proofs.core.user_rows import UserRows


class Sample(Input):
    name: Text = Field(min_length=1, max_length=10)
    email: Email = Field(min_length=1, max_length=254)
    count: int = Field(ge=1, le=5)
    ids: list[Id] = Field(min_length=1, max_length=3)


class Parameters(PageParameters):
    owner: QueryId | None = None
    open: QueryBoolean | None = None
    since: QueryTime | None = None


class Body(Schema):
    data: Sample


class Query(Schema):
    parameters: Parameters


def errors_of(schema: type[Schema], data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return field and code of everything that is wrong with `data`."""
    try:
        schema.model_validate(data)
    except ValidationError as error:
        return [(problem.field, problem.code) for problem in field_errors(error)]
    return []


@pytest.mark.parametrize(("change", "expected"), BODIES)
def test_a_body_is_read_strictly(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert errors_of(Body, {"data": GOOD_BODY | change}) == expected


@pytest.mark.parametrize(("given", "expected"), PARAMETERS)
def test_an_address_is_read_strictly(given: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert errors_of(Query, {"parameters": given}) == expected


def test_a_list_is_answered_page_by_page(user: User, staff: User, rf: RequestFactory) -> None:
    answer = paginated(
        rf.get("/list/", {"page_size": "1"}),
        UserRows(User).order_by("id"),
        PageParameters.model_validate({"page_size": "1"}),
    )

    assert answer.headers["Content-Type"] == "application/json"
    assert [row["id"] for row in json.loads(answer.content)["results"]] == [user.pk]
