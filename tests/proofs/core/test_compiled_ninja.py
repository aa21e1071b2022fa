"""Compiled lists of Ninja schemas give what Ninja makes of instances."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.checks import Info
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import isolate_apps
from ninja import Field, ModelSchema, Schema, Status
from ninja.pagination import LimitOffsetPagination, paginate
from pydantic import (
    AfterValidator,
    AliasChoices,
    ConfigDict,
    PlainSerializer,
    computed_field,
    create_model,
    field_validator,
)

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
    since: datetime | None = Field(None, alias="date_joined")

    class Meta:
        model = User
        fields = ["id", "email", "is_staff", "date_joined", "last_login"]


def bodies(users: QuerySet[User], schema: type[Schema], **options: Any) -> tuple[bytes, bytes]:
    """Return the page as the router serves it, and as it is without a schema to compile."""

    def view(request: HttpRequest) -> QuerySet[User]:
        return users.all()

    return served(view, schema, **options).content, served(paginate(CursorPagination)(view), schema, **options).content


def served(view: Any, schema: type[Schema], **options: Any) -> Any:
    api, router = API(urls_namespace="served"), PaginatedRouter()
    router.get("little/", response=list[schema], auth=None, **options)(view)  # type: ignore[valid-type]  # as in a route
    api.add_router("", router)
    return api.urls[0][0].callback(RequestFactory().get("/little/"))


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


class WithOwnSerializer(ModelSchema):
    name: Annotated[str, PlainSerializer(shout)]

    class Meta:
        model = User
        fields = ["id"]


class WithOwnValidator(ModelSchema):
    name: Annotated[str, AfterValidator(shout)] | None

    class Meta:
        model = User
        fields = ["id"]


class WithPostInit(ModelSchema):
    class Meta:
        model = User
        fields = ["name"]

    def model_post_init(self, context: Any) -> None:
        self.name = "changed"


class WithSettings(Schema):
    model_config = ConfigDict(str_to_upper=True)
    name: str


class WithAliases(ModelSchema):
    called: str = Field(validation_alias=AliasChoices("nickname", "name"))

    class Meta:
        model = User
        fields = ["id"]


class WithHidden(ModelSchema):
    email: str = Field(exclude=True)
    number: int = 7  # annotated, or not

    class Meta:
        model = User
        fields = ["name"]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (WithOwnSerializer, "name: it has a validator or serializer of its own"),
        (WithOwnValidator, "name: it has a validator or serializer of its own"),
        (WithPostInit, "WithPostInit has a validator"),
        (WithSettings, "WithSettings has str_to_upper in its model_config"),
        (WithAliases, "called: it has several aliases"),
        (WithResolver, "initials: it has a resolver"),
        (WithValidator, "WithValidator has a validator"),
        (WithComputedField, "WithComputedField has a serializer or a computed field"),
        (WithMethod, "full_name: "),
        (WithProperty, "is_authenticated: "),
    ],
)
def test_says_why_a_schema_cannot_be_compiled(schema: type[Schema], reason: str) -> None:
    with pytest.raises(NotCompilable, match=reason):
        compile_schema(schema, User)


@pytest.mark.parametrize(
    "schema",
    [
        *(WithResolver, WithValidator, WithComputedField, WithProperty, WithOwnSerializer, WithOwnValidator),
        *(WithPostInit, WithSettings, WithAliases, WithHidden),
    ],
)
def test_a_list_that_cannot_be_compiled_is_right_all_the_same(user: User, schema: type[Schema]) -> None:
    first, second = bodies(User.objects.order_by("id"), schema)

    assert first == second
    assert len(json.loads(first)["results"]) == 1


@pytest.mark.parametrize("option", ["by_alias", "exclude_none", "exclude_unset", "exclude_defaults"])
def test_options_of_the_operation_are_kept(user: User, option: str) -> None:
    first, second = bodies(User.objects.order_by("id"), UserOut, **{option: True})

    assert first == second


def test_headers_and_cookies_of_the_operation_are_kept(user: User) -> None:
    def view(request: HttpRequest, response: HttpResponse) -> Status[Any]:
        response["X-Total"] = "1"
        response.set_cookie("seen", "yes")
        return Status(200, User.objects.order_by("id"))

    response = served(view, UserOut)

    assert json.loads(response.content)["results"][0]["id"] == user.pk
    assert (response["X-Total"], response.cookies["seen"].value) == ("1", "yes")


def test_an_operation_may_be_paginated_in_another_way(user: User) -> None:
    response = served(paginate(LimitOffsetPagination)(lambda request: User.objects.order_by("id")), UserOut)

    assert (json.loads(response.content)["count"], json.loads(response.content)["items"][0]["id"]) == (1, user.pk)


class EntryOut(ModelSchema):
    class Meta:
        model = LogEntry
        fields = ["object_repr"]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (list[EntryOut], ""),
        (Annotated[list[EntryOut], AfterValidator(lambda entries: entries[:1])], "entries: it has a validator"),
        (list[EntryOut | UserOut], "entries: User.logentry_set is not a column"),
    ],
    ids=["one", "validated", "union"],
)
def test_nested_lists(user: User, entries: Any, reason: str) -> None:
    for text in ("a", "b"):
        LogEntry.objects.create(user=user, object_repr=text, action_flag=1)
    fields: Any = {
        "entries": (entries, Field(alias="logentry_set")),
        "texts": (list[EntryOut], Field(alias="logentry_set")),
    }
    schema = create_model("Nested", __base__=Schema, **fields)

    first, second = bodies(User.objects.order_by("id"), schema)

    assert first == second
    if reason:
        with pytest.raises(NotCompilable, match=reason):
            compile_schema(schema, User)


class NodeOut(Schema):
    parent: "NodeOut | None" = None


@isolate_apps("apps.accounts")
def test_a_schema_that_contains_itself_is_not_compiled() -> None:
    class Node(models.Model):  # noqa: DJ008 - nothing shows it
        parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)

        class Meta:
            app_label = "accounts"

    with pytest.raises(NotCompilable, match="parent: NodeOut contains itself"):
        compile_schema(NodeOut, Node)


def test_the_system_check_names_the_list_and_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LISTS", [("good/", UserOut), ("bad/", WithResolver)])

    (message,) = compiled.compiled_lists(None)

    assert isinstance(message, Info)
    assert message.id == "api.I001"
    assert "bad/" in message.msg
    assert "initials" in message.msg


def test_every_list_of_the_project_is_compiled() -> None:
    assert not [message for message in compiled.compiled_lists(None) if "little/" not in message.msg]
