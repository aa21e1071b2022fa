"""What Django Ninja gets from the project: input validated by the model, pages, exact times, errors."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from django.db.models import Q
from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Field, FilterLookup, ModelSchema, Schema
from pydantic import ValidationError

from apps.accounts.models import User
from apps.api.ninja.api import API
from apps.api.ninja.http import respond
from apps.api.ninja.pagination import PaginatedRouter
from apps.api.ninja.schemas import DateTime, FilterSchema, Id, Input
from tests.factories import UserFactory


class NewUser(Input, ModelSchema):
    friends: list[Id] = Field([], min_length=1, max_length=3)

    class Meta:
        model = User
        fields = ["email", "name"]


class Period(Schema):
    since: DateTime


GOOD = {"email": "ada@example.com", "name": "Ada", "friends": [1, 2]}


def asked(api: API, request: HttpRequest) -> bytes:
    """Return what the one operation of `api` answers."""
    view: Any = api.urls[0][0].callback
    content: bytes = view(request).content
    return content


def faults(schema: type[Schema], data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the place and the error code of everything that is wrong with `data`."""

    def view(request: HttpRequest, data: Any) -> dict[str, Any]:
        return {"errors": []}

    view.__annotations__["data"] = schema
    api = API(urls_namespace="faults")
    api.post("little/", auth=None)(view)
    request = RequestFactory().post("/little/", data, content_type="application/json")
    answer = json.loads(asked(api, request))
    return [(error["field"], error["code"]) for error in answer["errors"]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"name": ""}, []),
        ({"name": None}, [("name", "null")]),
        ({"name": 5}, [("name", "invalid")]),
        ({"name": "a\0b"}, [("name", "invalid")]),
        ({"name": "x" * 151}, [("name", "max_length")]),
        ({"email": ""}, [("email", "blank")]),
        ({"email": "  "}, [("email", "blank")]),
        ({"email": "ada"}, [("email", "invalid")]),
        ({"friends": []}, [("friends", "empty")]),
        ({"friends": "12"}, [("friends", "invalid")]),
        ({"friends": None}, [("friends", "null")]),
        ({"friends": [1, 2, 3, 4]}, [("friends", "max_length")]),
        ({"friends": [1, 0]}, [("friends.1", "min_value")]),
        ({"friends": [2**63]}, [("friends.0", "max_value")]),
        ({"nome": "Ada"}, [("nome", "unknown_field")]),
    ],
)
def test_input_is_validated_by_the_field_of_the_model(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults(NewUser, GOOD | change) == expected


def test_a_missing_field_is_required() -> None:
    assert faults(NewUser, {}) == [("email", "required")]


def test_what_is_not_sent_is_not_set() -> None:
    assert NewUser(email="ada@example.com").dict(exclude_unset=True) == {"email": "ada@example.com"}


@pytest.mark.parametrize("given", ["2026-11-22T08:00:00Z", "2026-11-22T09:00:00+01:00", "2026-11-22T08:00:00"])
def test_a_time_in_a_query_is_utc(given: str) -> None:
    assert Period.model_validate({"since": given}).since == datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday", ""])
def test_a_time_that_the_database_cannot_hold_is_wrong(given: str) -> None:
    with pytest.raises(ValidationError):
        Period.model_validate({"since": given})


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 22, 8, tzinfo=UTC), "2026-11-22T08:00:00Z"),
        (datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC), "2026-11-22T08:00:00.123456Z"),
        (datetime(2026, 11, 22, 9, tzinfo=timezone(timedelta(hours=1))), "2026-11-22T08:00:00Z"),
    ],
)
def test_times_are_utc_with_all_of_their_microseconds(moment: datetime, text: str) -> None:
    assert json.loads(respond(200, {"at": moment}).content) == {"at": text}


class UserOut(ModelSchema):
    class Meta:
        model = User
        fields = ["id", "email"]


def test_a_list_is_served_in_pages(db: None) -> None:
    users = UserFactory.create_batch(3)
    api, router = API(urls_namespace="pages"), PaginatedRouter()
    router.get("little/", response=list[UserOut], auth=None)(lambda request: User.objects.order_by("id"))
    api.add_router("", router)

    page = json.loads(asked(api, RequestFactory().get("/little/?page_size=2")))

    assert page["results"] == [{"id": user.pk, "email": user.email} for user in users[:2]]
    assert "/little/?page_size=2&cursor=" in page["next"]
    assert page["previous"] is None


class ActiveUsers(FilterSchema):
    name: str | None = None
    is_active: bool = True


class NamelessUsers(FilterSchema):
    name: Annotated[str | None, FilterLookup("name", ignore_none=False)] = None


class StaffAtFirst(FilterSchema):
    name: str | None = None

    def custom_expression(self) -> Q:
        return Q(name=self.name) if self.name else Q(is_staff=True)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (ActiveUsers(), {"ada", "", "staff"}),
        (ActiveUsers(is_active=False), {"bob"}),
        (ActiveUsers(name="ada"), {"ada"}),
        (NamelessUsers(), set()),
        (StaffAtFirst(), {"staff"}),
        (StaffAtFirst(name="ada"), {"ada"}),
    ],
)
def test_filters_that_nobody_gave_filter_as_they_are_declared(filters: FilterSchema, names: set[str], db: None) -> None:
    for name in ("ada", "", "staff"):
        UserFactory.create(name=name, is_staff=name == "staff")
    UserFactory.create(name="bob", is_active=False)

    assert set(filters.filter(User.objects.all()).values_list("name", flat=True)) == names


def test_a_request_that_does_not_filter_leaves_the_queryset_as_it_is() -> None:
    class Plain(FilterSchema):
        name: str | None = None

    users = User.objects.all()

    assert Plain().filter(users) is users
    assert Plain(name="ada").filter(users) is not users


def test_what_nobody_expected_is_djangos_to_report() -> None:
    with pytest.raises(RuntimeError):
        API(urls_namespace="broken").on_exception(RequestFactory().get("/"), RuntimeError("a bug"))
