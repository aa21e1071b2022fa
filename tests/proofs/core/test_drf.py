"""How Django REST framework reads what comes in."""

from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.models import User
from apps.api.drf import (
    EmailField,
    IdField,
    IntegerField,
    ListField,
    PageParameters,
    QueryBooleanField,
    QueryIdField,
    QueryTimeField,
    StrictFieldsMixin,
    TextField,
    exception_handler,
    paginated,
    validated,
)
from proofs.core.inputs import BODIES, GOOD_BODY, PARAMETERS
from proofs.core.user_rows import UserRows


class SampleSerializer(StrictFieldsMixin, serializers.Serializer[Any]):
    name = TextField(max_length=10)
    email = EmailField(max_length=254)
    count = IntegerField(min_value=1, max_value=5)
    ids = ListField(child=IdField(), allow_empty=False, max_length=3)


class Parameters(PageParameters):
    owner = QueryIdField(required=False)
    open = QueryBooleanField(required=False)
    since = QueryTimeField(required=False)


def errors_of(serializer: type[serializers.Serializer[Any]], data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return field and code of everything that is wrong with `data`."""
    try:
        validated(serializer, data)
    except serializers.ValidationError as error:
        answer = exception_handler(error, {})
        assert answer is not None
        return [(problem["field"], problem["code"]) for problem in answer.data["errors"]]
    return []


@pytest.mark.parametrize(("change", "expected"), BODIES)
def test_a_body_is_read_strictly(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert errors_of(SampleSerializer, GOOD_BODY | change) == expected


@pytest.mark.parametrize(("given", "expected"), PARAMETERS)
def test_an_address_is_read_strictly(given: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert errors_of(Parameters, given) == expected


def test_a_list_is_answered_page_by_page(user: User, staff: User, rf: RequestFactory) -> None:
    request = Request(rf.get("/list/", {"page_size": "1"}))

    answer = paginated(request, UserRows(User).order_by("id"), PageParameters)

    assert [row["id"] for row in answer.data["results"]] == [user.pk]
    assert answer.data["next"].startswith("http://testserver/list/?page_size=1&cursor=")
