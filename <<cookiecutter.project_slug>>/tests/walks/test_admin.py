"""Checks of every page of the admin, found through its registry."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib import admin
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from tests.client import most_repeated
from tests.factories import UserFactory
from tests.queries import watch_queries
from tests.walks.objects import cause_of, fail, make

REGISTERED = sorted(admin.site._registry.values(), key=lambda page: page.model._meta.label)
OWN = [model_admin for model_admin in REGISTERED if type(model_admin).__module__.startswith("apps.")]


def each(model_admins: Sequence[Any]) -> pytest.MarkDecorator:
    """Parametrize a test by the admin of a model."""
    return pytest.mark.parametrize("model_admin", model_admins, ids=lambda page: page.model._meta.label)


pytestmark = pytest.mark.django_db


def url_of(model_admin: Any, page: str, *args: Any) -> str:
    """Return the URL of a page: changelist, add, change, history or delete."""
    options = model_admin.model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=args)


def pages_of(model_admin: Any, pk: Any) -> dict[str, str]:
    """Return the URLs of the pages, the object's own among them."""
    of_all, of_one = ("changelist", "add"), ("change", "history", "delete")
    urls = {page: url_of(model_admin, page) for page in of_all}
    return urls | {page: url_of(model_admin, page, pk) for page in of_one}


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


SUPERUSER = request_of(User(is_staff=True, is_superuser=True))
INLINES = [(page, inline) for page in OWN for inline in page.get_inlines(SUPERUSER, page.model())]


def queries_of(client: Client, url: str) -> list[str]:
    """Return the statements that a page runs."""
    with watch_queries() as log:
        client.get(url)
    return log


def fail_if_more(page: str, before: list[str], after: list[str], advice: str) -> None:
    """Fail if there are more statements than before 24 rows were added."""
    if len(after) > len(before):
        fail(f"{page} runs {len(before)} queries for 1 row and {len(after)} for 25: {most_repeated(after)}. {advice}")


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory.create(is_staff=True, is_superuser=True)


@each(REGISTERED)
def test_every_page_opens_for_a_superuser(model_admin: Any, superuser: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(superuser)
    request = request_of(superuser)
    found = make(model_admin.model)
    urls = pages_of(model_admin, found.pk)
    urls["search"] = f"{urls['changelist']}?q=x"
    if not model_admin.has_add_permission(request):
        del urls["add"]
    if not model_admin.has_delete_permission(request, found):
        del urls["delete"]

    for page, url in urls.items():
        response = client.get(url)
        if response.status_code != 200:
            fail(f"The {page} page of {model_admin} answers {response.status_code} at {url}{cause_of(response)}.")


@each(OWN)
def test_lists_25_rows_with_as_many_queries_as_one(model_admin: Any, superuser: User, client: Client) -> None:
    client.force_login(superuser)
    url = url_of(model_admin, "changelist")
    make(model_admin.model)
    client.get(url)  # which fills caches
    before = queries_of(client, url)

    for _ in range(24):
        make(model_admin.model)

    advice = "Add what its columns show to list_select_related, or annotate it in get_queryset."
    fail_if_more(f"The changelist of {model_admin}", before, queries_of(client, url), advice)


@pytest.mark.parametrize(("model_admin", "inline"), INLINES, ids=[inline.__name__ for _, inline in INLINES])
def test_shows_25_inline_rows_with_as_many_queries_as_one(
    model_admin: Any, inline: Any, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    parent = make(model_admin.model)
    key = _get_foreign_key(model_admin.model, inline.model, inline.fk_name).name
    make(inline.model, **{key: parent})
    url = url_of(model_admin, "change", parent.pk)
    client.get(url)  # which fills caches
    before = queries_of(client, url)

    for _ in range(24):
        make(inline.model, **{key: parent})

    advice = "Load what its rows show in get_queryset of the inline, and give foreign keys autocomplete_fields."
    fail_if_more(f"The change page of {model_admin} with {inline.__name__}", before, queries_of(client, url), advice)


@each(OWN)
def test_every_url_needs_a_login(model_admin: Any, client: Client) -> None:
    changelist, pk = url_of(model_admin, "changelist"), str(make(model_admin.model).pk)

    for entry in model_admin.get_urls():
        url = changelist + re.sub("<[^>]*>", pk, str(entry.pattern))
        if (status := client.get(url).status_code) not in {302, 403, 404}:
            fail(
                f"{model_admin} answers {status} without a login at {url}. Wrap its view in self.admin_site.admin_view."
            )


@each(REGISTERED)
def test_staff_without_permissions_see_nothing(model_admin: Any, staff: User, client: Client) -> None:
    client.force_login(staff)
    urls = pages_of(model_admin, make(model_admin.model).pk)

    statuses = {page: client.get(url).status_code for page, url in urls.items()}
    if seen := [page for page, status in statuses.items() if status != 403]:
        fail(
            f"{model_admin} shows staff without permissions its pages {', '.join(seen)}. Let its has_…_permission "
            f"methods ask super() first."
        )
    if urls["changelist"] in client.get(reverse("admin:index")).text:
        fail(f"{model_admin} is on the admin's first page for staff without permissions.")
