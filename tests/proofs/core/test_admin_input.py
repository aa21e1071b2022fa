"""Odd query strings and keys in every page of the admin: 400, 404 or a redirect, never a server error."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

# ruff: noqa: SLF001 - `_meta` and `_registry` have no other name
MODELS = pytest.mark.parametrize(
    "model", sorted(admin.site._registry, key=lambda model: model._meta.label), ids=lambda model: model._meta.label
)
VALUES = ["99999", "9" * 30, "%00", "%FF", "1,2,%00"]
LOOKUPS = ["__exact", "__year", "__in", "__range", "__id__exact"]
PARAMETERS = ["q", "p", "o", "_facets", "_to_field", "_changelist_filters", "nothing"]
KEYS = ["%00", "1%00", "9" * 20, "-1", "abc", "%F0%9F%A6%89", "%FF", "1e3", "_00", "_5F", "%0a", "a" * 300, "1 OR 1"]


@pytest.fixture
def superuser(db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def url(model: Any, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def fields(model: Any) -> list[Any]:
    """Return one field of each type: fields of the same type are looked up in the same way."""
    return list({type(field): field for field in model._meta.get_fields()}.values())


def server_errors(client: Client, urls: Iterator[str], method: str = "GET", form: Any = None) -> list[str]:
    """Return which of the URLs answer 500; each is asked in a savepoint, as PostgreSQL ends a transaction at an error."""
    found = []
    for address in urls:
        with transaction.atomic():
            status = getattr(client, method.lower())(address, form).status_code
            transaction.set_rollback(True)
        if status not in {200, 301, 302, 400, 403, 404}:
            found.append(f"{status} {address[:120]}")
    return found


@MODELS
def test_a_query_string_is_no_server_error(model: Any, superuser: Client) -> None:
    names = [f"{field.name}{lookup}" for field in fields(model) for lookup in LOOKUPS]

    def urls() -> Iterator[str]:
        for name in [*PARAMETERS, *names]:
            for value in VALUES:
                yield f"{url(model, 'changelist')}?{name}={value}"

    assert server_errors(superuser, urls()) == []


@pytest.mark.parametrize("method", ["HEAD", "POST"])
@MODELS
def test_a_query_string_is_no_server_error_with_other_methods(model: Any, method: str, superuser: Client) -> None:
    names = [f"{field.name}{lookup}" for field in fields(model) for lookup in ("__exact", "__year")]
    urls = (f"{url(model, 'changelist')}?{name}={value}" for name in ["q", *names] for value in ("99999", "%00"))

    assert server_errors(superuser, urls, method) == []


@pytest.mark.parametrize("value", ["abc", "9" * 30, "a\0b", "٣", ""])
@MODELS
def test_a_form_is_no_server_error(model: Any, value: str, superuser: Client) -> None:
    model_admin = admin.site.get_model_admin(model)
    for action in ("delete_selected", *(model_admin.actions or ())):
        form = {"action": action, "_selected_action": value, "index": "0"}
        assert server_errors(superuser, iter([url(model, "changelist")]), "POST", form) == []
    form = {field.name: value for field in model._meta.get_fields()}
    assert server_errors(superuser, iter([url(model, "add")]), "POST", form) == []


def test_the_exception_that_a_form_causes_is_logged(superuser: Client, caplog: pytest.LogCaptureFixture) -> None:
    form = {"action": "delete_selected", "_selected_action": "abc", "index": "0"}

    assert superuser.post(reverse("admin:auth_group_changelist"), form).status_code == 400

    assert caplog.records[0].levelname == "ERROR"
    assert caplog.records[0].exc_info


@pytest.mark.parametrize("debug", [False, True], ids=["production", "debug"])
@MODELS
def test_a_key_is_no_server_error(model: Any, debug: bool, superuser: Client, settings: Any) -> None:  # noqa: FBT001 - a parameter
    settings.DEBUG = debug
    urls = (
        f"{url(model, 'changelist')}{quote(key, safe='%')}/{page}"
        for key in KEYS
        for page in ("change/", "delete/", "history/", "")
    )

    assert server_errors(superuser, urls) == []


def test_the_pages_of_no_model_are_no_server_error(superuser: Client) -> None:
    asked = "app_label=auth&model_name=group&field_name=permissions"
    urls = [
        *(f"autocomplete/?{asked}&term=%00", f"autocomplete/?{asked}&page=%00", "autocomplete/?app_label=%00"),
        *("jsi18n/?x=%00", "r/%00/1/", "r/1/%00/", "r/99999999999999999999/1/", "login/?next=%00", "?x=%00"),
        *("auth/%00/", "%00/", "password_change/?%00", "search/?s=%00", "search/?s=%FF"),
        *("search/?s=a&page=abc", "search/?s=a&page=99"),
    ]

    assert server_errors(superuser, (f"{reverse('admin:index')}{path}" for path in urls)) == []
