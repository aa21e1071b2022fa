"""Pages of users: the contract tests pages over HTTP, these the function for any totally ordered QuerySet."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.api.errors import ValidationFailed
from apps.api.old_pagination import Cursor, Page, paginate
from proofs.core.user_rows import UserRow, UserRows
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "https://example.com/api/v1/users/?name=x&page_size=2"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def users(*ordering: str) -> UserRows:
    return UserRows(User).order_by(*ordering)


def follow(queryset: UserRows, link: str | None, page_size: int = 2) -> Page[UserRow]:
    assert link is not None
    (cursor,) = parse_qs(urlsplit(link).query)["cursor"]
    return paginate(queryset, address=link, cursor=cursor, page_size=page_size)


def walk(queryset: UserRows, page_size: int) -> list[int]:
    page = paginate(queryset, address=ADDRESS, page_size=page_size)
    found = [row["id"] for row in page["results"]]
    while page["next"]:
        page = follow(queryset, page["next"], page_size)
        found += [row["id"] for row in page["results"]]
    return found


@pytest.mark.parametrize(
    "ordering", [("-date_joined", "-id"), ("date_joined", "id"), ("name", "-id"), ("-name", "date_joined", "id")]
)
@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_every_row_comes_once_in_order_whatever_is_alike(ordering: tuple[str, ...], page_size: int) -> None:
    for number in range(8):
        UserFactory.create(name=f"n{number % 3}", date_joined=NOON + timedelta(days=number // 3))

    assert walk(users(*ordering), page_size) == [user.pk for user in users(*ordering)]


def test_links_keep_the_rest_of_the_address() -> None:
    UserFactory.create_batch(3)

    link = paginate(users("id"), address=ADDRESS + "&cursor=old", page_size=2)["next"]

    assert link is not None
    assert link.startswith("https://example.com/api/v1/users/?name=x&page_size=2&cursor=")
    assert link.count("cursor=") == 1


def test_back_and_forth_ends_where_it_began() -> None:
    UserFactory.create_batch(5)

    first = paginate(users("id"), address=ADDRESS, page_size=2)
    last = follow(users("id"), follow(users("id"), first["next"])["next"])
    middle = follow(users("id"), last["previous"])
    again = follow(users("id"), middle["previous"])

    assert [len(page["results"]) for page in (first, middle, last)] == [2, 2, 1]
    assert again["results"] == first["results"]
    assert (again["previous"], last["next"]) == (None, None)


def test_a_page_after_the_last_row_is_empty_and_leads_nowhere() -> None:
    user = UserFactory.create()

    page = paginate(users("id"), address=ADDRESS, cursor=Cursor("after", (user.pk,)).encode())

    assert page == {"next": None, "previous": None, "results": []}


def test_costs_one_query_and_counts_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    UserFactory.create_batch(5)

    with django_assert_num_queries(1) as captured:
        paginate(users("-date_joined", "-id"), address=ADDRESS, page_size=2)

    assert "COUNT" not in captured.captured_queries[0]["sql"]


def test_a_cursor_reads_back_what_it_wrote() -> None:
    cursor = Cursor("before", ("עברית 🦉", 5))

    assert Cursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize("position", [(), ("x",), (1, 2), (1.5,), ("nul\0",)])
def test_refuses_a_cursor_of_another_list(position: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationFailed):
        paginate(users("id"), address=ADDRESS, cursor=Cursor("after", position).encode())


@pytest.mark.parametrize("text", ["", "x", "%%%", "bnVsbA", "W10", "é"])
def test_refuses_what_is_no_cursor(text: str) -> None:
    with pytest.raises(ValidationFailed):
        Cursor.decode(text)


def test_refuses_a_text_that_no_database_holds() -> None:
    with pytest.raises(ValidationFailed):
        paginate(users("name", "id"), address=ADDRESS, cursor=Cursor("after", ("nul\0", 1)).encode())
