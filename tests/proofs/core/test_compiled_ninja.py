"""Compiled lists of Ninja schemas give what Ninja makes of instances."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from django.core.checks import Info
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Field, ModelSchema, Schema
from ninja.pagination import paginate
from pydantic import AfterValidator, PlainSerializer, computed_field, field_validator

from apps.accounts.models import User
from apps.api.compiled import NotCompilable
from apps.api.ninja import compiled
from apps.api.ninja.api import API
from apps.api.ninja.compiled import compile_schema
from apps.api.ninja.pagination import CursorPagination, PaginatedRouter
from tests.factories import UserFactory


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
    content: bytes = api.urls[0][0].callback(RequestFactory().get("/little/")).content
    return content


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
