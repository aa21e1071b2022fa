"""Rows that come from the cache."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.cache.reads import SharedReads
from apps.cache.rows import CachedRowQuerySet
from proofs.caching import SHARED_MEMORY
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)  # in a transaction, as other tests are, nothing is cached


class UserNames(CachedRowQuerySet[User, str]):
    reads = SharedReads("users", seconds=60)

    def fresh_rows(self) -> list[str]:
        return sorted(user.name for user in self)


@pytest.fixture(autouse=True)
def _shared_cache(settings: Settings) -> Iterator[None]:
    settings.CACHES = {**settings.CACHES, "shared": SHARED_MEMORY}
    yield
    caches["shared"].clear()


@pytest.fixture(autouse=True)
def ada() -> User:
    return UserFactory.create(name="Ada")


def test_the_same_query_is_run_once(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        for _ in range(3):
            assert UserNames(User).rows() == ["Ada"]
            assert UserNames(User).row(pk=ada.pk) == "Ada"


def test_different_queries_have_different_answers() -> None:
    grace = UserFactory.create(name="Grace")

    assert UserNames(User).filter(pk=grace.pk).rows() == ["Grace"]
    assert UserNames(User).exclude(pk=grace.pk).rows() == ["Ada"]
    assert UserNames(User).order_by("name")[:1].rows() == ["Ada"]
    assert UserNames(User).rows() == ["Ada", "Grace"]


def test_a_text_that_somebody_made_up_is_not_kept(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        for _ in range(2):
            assert UserNames(User).filter(name="Ada").rows() == ["Ada"]


def test_a_query_that_can_find_nothing_is_not_run(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert UserNames(User).filter(pk=2**70).rows() == []


def test_what_no_signal_tells_of_is_seen_too() -> None:
    assert UserNames(User).rows() == ["Ada"]
    UserNames(User).update(name="Augusta")
    assert UserNames(User).rows() == ["Augusta"]
    UserNames(User).bulk_create([User(email="grace@example.com", name="Grace")])
    assert UserNames(User).rows() == ["Augusta", "Grace"]


def test_what_is_kept_is_read_from_the_primary(settings: Settings) -> None:
    """A replica that does not have the change yet would bring the old value back."""

    class Router:
        def db_for_read(self, *args: object, **hints: object) -> str:
            return "replica"  # which there is not

    settings.DATABASE_ROUTERS = [Router()]

    assert UserNames(User).rows() == ["Ada"]
