"""GET and PATCH users/me/."""

import re

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.contract.client import ApiClient


def test_shows_the_caller(api: ApiClient, user: User) -> None:
    answer = api.get("users/me/")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json.keys() == {"id", "email", "name", "date_joined"}
    assert answer.json["id"] == user.pk
    assert answer.json["email"] == user.email
    assert answer.json["name"] == user.name
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", answer.json["date_joined"])


def test_times_are_utc_wherever_the_project_is(api: ApiClient, user: User, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"

    assert api.get("users/me/").json["date_joined"] == user.date_joined.isoformat().replace("+00:00", "Z")


def test_changes_the_name(api: ApiClient, user: User) -> None:
    answer = api.patch("users/me/", {"name": "  Ada 🦉 Lovelace "})

    assert answer.status == 200
    assert answer.json["name"] == "Ada 🦉 Lovelace"
    user.refresh_from_db()
    assert user.name == "Ada 🦉 Lovelace"


def test_an_empty_name_is_allowed_and_an_empty_change_changes_nothing(api: ApiClient, user: User) -> None:
    assert api.patch("users/me/", {}).json["name"] == user.name
    assert api.patch("users/me/", {"name": ""}).json["name"] == ""


def test_the_email_address_is_read_only_here(api: ApiClient, user: User) -> None:
    answer = api.patch("users/me/", {"email": "other@example.com"})

    assert answer.status == 400
    assert answer.fields() == [("email", "unknown_field")]


@pytest.mark.parametrize(
    ("name", "code"), [("x" * 151, "max_length"), (None, "null"), ([], "invalid"), ("nul\0", "invalid")]
)
def test_refuses_a_name_that_is_none(someone: ApiClient, name: object, code: str) -> None:
    answer = someone.patch("users/me/", {"name": name})

    assert answer.status == 400
    assert answer.fields() == [("name", code)]


def test_visitors_are_asked_who_they_are(visitor: ApiClient) -> None:
    answer = visitor.get("users/me/")

    assert answer.status == 401
    assert answer.json["code"] == "not_authenticated"
    assert visitor.patch("users/me/", {"name": "Eve"}).status == 401


def test_a_deactivated_user_is_a_visitor(api: ApiClient, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert api.get("users/me/").status == 401
