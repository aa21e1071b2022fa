"""Pages of users: the contract tests pages over HTTP, these the function for any ordered QuerySet."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import isolate_apps
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User

# % if cookiecutter.use_example -
from apps.api.compiled import Plan

# % endif -
from apps.api.pagination import Page, Reader, paginate, read_instances
from apps.errors import DomainError
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "http://testserver/api/v1/users/?name=x&page_size=2"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
READERS: dict[str, Reader] = {"instances": read_instances}
# % if cookiecutter.use_example
PLAN = Plan(User)
READERS["compiled"] = PLAN.finish({"pk": PLAN.value("id"), "who": PLAN.value("email")}).read
# % endif


def request_for(url: str) -> HttpRequest:
    return RequestFactory().get(url)


def users(*ordering: str) -> QuerySet[User]:
    return User.objects.order_by(*ordering) if ordering else User.objects.all()


def pks(page: Page) -> list[int]:
    return [row["pk"] if isinstance(row, dict) else row.pk for row in page.results]


def follow(queryset: QuerySet[User], link: str | None, page_size: int = 2, read: Reader = read_instances) -> Page:
    assert link is not None
    return paginate(queryset, request=request_for(link), page_size=page_size, read=read)


def walk(queryset: QuerySet[User], page_size: int, read: Reader) -> list[int]:
    page = paginate(queryset, request=request_for(URL), page_size=page_size, read=read)
    found = pks(page)
    while page.next:
        page = follow(queryset, page.next, page_size, read)
        found += pks(page)
    return found


@pytest.mark.parametrize(
    "ordering", [("-date_joined", "-id"), ("date_joined", "id"), ("name", "-id"), ("-name", "date_joined", "id"), ()]
)
@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_row_comes_once_in_order_whatever_is_alike(
    ordering: tuple[str, ...], page_size: int, read: Reader
) -> None:
    for number in range(8):
        UserFactory.create(name=f"n{number % 3}", date_joined=NOON + timedelta(days=number // 3))

    assert walk(users(*ordering), page_size, read) == [user.pk for user in users(*ordering)]


def test_the_key_makes_an_order_total() -> None:
    UserFactory.create_batch(5, name="n")

    assert walk(users("-name"), 2, read_instances) == [user.pk for user in users("-id")]


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_the_order_can_be_reversed(read: Reader) -> None:
    UserFactory.create_batch(5)

    reverse = users("-date_joined", "id").reverse()

    assert walk(reverse, 2, read) == [user.pk for user in reverse]


@isolate_apps("apps.accounts")
def test_a_key_that_is_a_relation_is_ordered_by_its_value_not_by_what_it_refers_to() -> None:
    class Badge(models.Model):  # noqa: DJ008 - nothing shows it
        user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE)

        class Meta:
            app_label = "accounts"

    orders = []

    def read(queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[list[Any], list[list[Any]]]:
        orders.append((queryset.query.order_by, columns))
        return [], []

    for queryset in (Badge.objects.all(), Badge.objects.order_by("pk")):
        paginate(queryset, request=request_for(URL), read=read)

    assert orders == [(("user_id",), ["user_id"])] * 2


def test_links_keep_the_rest_of_the_address() -> None:
    UserFactory.create_batch(3)

    first = paginate(users("id"), request=request_for(URL), page_size=1)
    link = follow(users("id"), first.next, 1).next

    assert link is not None
    assert link.startswith("http://testserver/api/v1/users/?name=x&page_size=2&cursor=")
    assert link.count("cursor=") == 1


def test_back_and_forth_ends_where_it_began() -> None:
    UserFactory.create_batch(5)

    first = paginate(users("id"), request=request_for(URL), page_size=2)
    last = follow(users("id"), follow(users("id"), first.next).next)
    middle = follow(users("id"), last.previous)
    again = follow(users("id"), middle.previous)

    assert [len(page.results) for page in (first, middle, last)] == [2, 2, 1]
    assert pks(again) == pks(first)
    assert (again.previous, last.next) == (None, None)


def test_a_page_after_the_last_row_is_empty_and_leads_nowhere() -> None:
    UserFactory.create_batch(2)
    last = users("id").last()
    link = paginate(users("id"), request=request_for(URL), page_size=1).next
    User.objects.filter(pk=last.pk).delete()

    assert follow(users("id"), link) == Page(next=None, previous=None, results=[])


def test_costs_one_query_and_counts_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    UserFactory.create_batch(5)

    with django_assert_num_queries(1) as captured:
        paginate(users("-date_joined", "-id"), request=request_for(URL), page_size=2)

    assert "COUNT" not in captured.captured_queries[0]["sql"]


def test_refuses_a_cursor_of_another_list() -> None:
    UserFactory.create_batch(2)
    link = paginate(users("id"), request=request_for(URL), page_size=1).next

    with pytest.raises(DomainError) as raised:
        follow(users("-id"), link)

    assert (raised.value.code, raised.value.field) == ("invalid", "cursor")


@pytest.mark.parametrize("text", ["x", "%%%", "bnVsbA", "W10", "é", "\udfff"])
def test_refuses_what_is_no_cursor(text: str) -> None:
    with pytest.raises(DomainError):
        paginate(users("id"), request=request_for(f"{URL}&{urlencode({'cursor': text}, errors='surrogatepass')}"))


@pytest.mark.parametrize("ordering", ["last_login", "groups", "?", "nothing"])
def test_names_an_order_that_has_no_cursor(ordering: str) -> None:
    queryset = User.objects.all()
    queryset.query.order_by = (ordering,)

    with pytest.raises(ImproperlyConfigured, match="User cannot be paginated by"):
        paginate(queryset, request=request_for(URL))
