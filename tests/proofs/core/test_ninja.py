"""What Django Ninja gets from the project: input validated by the model, compiled lists, exact times, errors."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from django.core.checks import Info
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Field, ModelSchema, Schema
from ninja.pagination import paginate
from pydantic import AfterValidator, PlainSerializer, ValidationError, computed_field, field_validator

from apps.accounts.models import User
from apps.api.compiled import NotCompilable
from apps.api.ninja import compiled
from apps.api.ninja.api import API
from apps.api.ninja.compiled import compile_schema
from apps.api.ninja.http import respond
from apps.api.ninja.pagination import CursorPagination, PaginatedRouter
from apps.api.ninja.schemas import DateTime, Id, Input
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


def shout(value: str) -> str:
    return value.upper()


class UserOut(ModelSchema):
    loud: Annotated[str, PlainSerializer(shout)] = Field(alias="name")
    louder: Annotated[str, AfterValidator(shout)] = Field(alias="name")
    since: datetime | None = Field(None, alias="date_joined")

    class Meta:
        model = User
        fields = ["id", "email", "is_staff", "date_joined", "last_login"]


def bodies(users: QuerySet[User], schema: type[Schema]) -> tuple[bytes, bytes]:
    """Return the page as the router serves it, and as it is without a schema to compile."""

    def view(request: HttpRequest) -> QuerySet[User]:
        return users.all()

    return served(view, schema), served(paginate(CursorPagination)(view), schema)


def served(view: Any, schema: type[Schema]) -> bytes:
    api, router = API(urls_namespace="served"), PaginatedRouter()
    router.get("little/", response=list[schema], auth=None)(view)  # type: ignore[valid-type]  # as in a route
    api.add_router("", router)
    return asked(api, RequestFactory().get("/little/"))


def test_a_compiled_page_is_what_ninja_makes_of_instances(db: None) -> None:
    UserFactory.create_batch(3, name="Zoë 🦉")
    UserFactory.create(last_login=datetime(2026, 11, 22, 8, 0, 0, 5, tzinfo=UTC))

    compiled_page, ordinary = bodies(User.objects.order_by("id"), UserOut)

    assert compile_schema(UserOut, User)
    assert compiled_page == ordinary
    assert len(json.loads(ordinary)["results"]) == 4


class WithResolver(ModelSchema):
    initials: str

    class Meta:
        model = User
        fields = ["id"]

    @staticmethod
    def resolve_initials(user: User) -> str:
        return user.name[:1]


class WithValidator(ModelSchema):
    class Meta:
        model = User
        fields = ["name"]

    @field_validator("name", check_fields=False)
    @classmethod
    def shout(cls, value: str) -> str:
        return value.upper()


class WithComputedField(ModelSchema):
    class Meta:
        model = User
        fields = ["name"]

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def loud(self) -> str:
        return str(self.name).upper()


class WithMethod(ModelSchema):
    full_name: str = Field(alias="get_full_name")

    class Meta:
        model = User
        fields = ["id"]


class WithProperty(ModelSchema):
    is_authenticated: bool

    class Meta:
        model = User
        fields = ["id"]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (WithResolver, "initials: it has a resolver"),
        (WithValidator, "WithValidator has a validator"),
        (WithComputedField, "WithComputedField has a validator, a serializer or a computed field"),
        (WithMethod, "full_name: "),
        (WithProperty, "is_authenticated: "),
    ],
)
def test_says_why_a_schema_cannot_be_compiled(schema: type[Schema], reason: str) -> None:
    with pytest.raises(NotCompilable, match=reason):
        compile_schema(schema, User)


@pytest.mark.parametrize("schema", [WithResolver, WithValidator, WithComputedField, WithProperty])
def test_a_list_that_cannot_be_compiled_is_right_all_the_same(user: User, schema: type[Schema]) -> None:
    first, second = bodies(User.objects.order_by("id"), schema)

    assert first == second
    assert len(json.loads(first)["results"]) == 1


def test_the_system_check_names_the_list_and_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LISTS", [("good/", UserOut), ("bad/", WithResolver)])

    (message,) = compiled.compiled_lists(None)

    assert isinstance(message, Info)
    assert message.id == "api.I001"
    assert "bad/" in message.msg
    assert "initials" in message.msg


def test_every_list_of_the_project_is_compiled() -> None:
    assert not [message for message in compiled.compiled_lists(None) if "little/" not in message.msg]


@pytest.mark.parametrize("error", [OperationalError("no connection"), InterfaceError("it is closed")])
def test_a_database_that_is_away_is_a_503(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    answer = API(urls_namespace="away").on_exception(RequestFactory().get("/"), error)

    assert answer.status_code == 503
    assert json.loads(answer.content)["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) >= 1
    assert str(error) in caplog.text


def test_what_nobody_expected_is_djangos_to_report() -> None:
    with pytest.raises(RuntimeError):
        API(urls_namespace="broken").on_exception(RequestFactory().get("/"), RuntimeError("a bug"))
