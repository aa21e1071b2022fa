"""Idempotency keys by themselves; the contract tests them over HTTP."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.errors import DomainError
from apps.idempotency.models import IdempotencyKey
from apps.idempotency.services import StoredResponse, delete_expired_keys, fingerprint_of, respond_once

pytestmark = pytest.mark.django_db


class Work:
    """Answers with how many times it was done, and changes a name in the database each time."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.done = 0

    def __call__(self) -> StoredResponse:
        self.done += 1
        User.objects.filter(pk=self.user.pk).update(name=f"Changed {self.done}")
        return StoredResponse(201, {"z": self.done, "a": "é"}, {"Location": "/there/"})

    def once(self, key: str = "key", operation: str = "change", **body: object) -> StoredResponse:
        return respond_once(user_id=self.user.pk, key=key, fingerprint=fingerprint_of(operation, body), work=self)


@pytest.fixture
def work(user: User) -> Work:
    return Work(user)


def test_the_second_time_nothing_is_done(work: Work, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = work.once()
    with django_assert_num_queries(1):
        second = work.once()

    assert work.done == 1
    assert second.body == first.body
    assert list(second.body) == ["z", "a"]
    assert second.status == 201
    assert second.headers == {"Location": "/there/", "Idempotency-Replayed": "true"}


def test_another_payload_or_operation_is_refused(work: Work) -> None:
    work.once(amount=1)

    for other in ({"amount": 2}, {"amount": 1, "operation": "delete"}):
        with pytest.raises(DomainError) as raised:
            work.once(**other)
        assert raised.value.code == "idempotency_key_reused"
    assert work.done == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\n"])
def test_refuses_a_key_that_is_none(work: Work, key: str) -> None:
    with pytest.raises(DomainError):
        work.once(key)
    assert work.done == 0


def test_work_that_fails_leaves_nothing_behind(work: Work, user: User) -> None:
    def fail() -> StoredResponse:
        work()
        raise DomainError("conflict", "No.")

    with pytest.raises(DomainError):
        respond_once(user_id=user.pk, key="key", fingerprint="", work=fail)

    user.refresh_from_db()
    assert not user.name.startswith("Changed")
    assert not IdempotencyKey.objects.exists()


def test_whoever_comes_second_replays_and_undoes_what_it_did(
    work: Work, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.once()
    # The second one looked before the first one was through.
    with monkeypatch.context() as patched:
        patched.setattr("django.db.models.query.QuerySet.first", lambda queryset: patched.undo())
        response = work.once()

    assert response.headers["Idempotency-Replayed"] == "true"
    assert response.body["z"] == 1
    user.refresh_from_db()
    assert user.name == "Changed 1"


def test_whoever_comes_second_to_an_expired_key_replays_too(
    work: Work, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.once()
    expired = IdempotencyKey.objects.get()
    expired.created_at -= timedelta(hours=25)
    with monkeypatch.context() as patched:
        patched.setattr("django.db.models.query.QuerySet.first", lambda queryset: expired)
        response = work.once()

    assert response.headers["Idempotency-Replayed"] == "true"
    user.refresh_from_db()
    assert user.name == "Changed 1"


def test_a_failure_of_the_work_itself_is_not_taken_for_somebody_quicker(work: Work, user: User) -> None:
    def duplicate() -> StoredResponse:
        User.objects.create(email=user.email)
        return work()

    with pytest.raises(IntegrityError):
        respond_once(user_id=user.pk, key="key", fingerprint="", work=duplicate)


def test_expired_keys_are_deleted_and_others_kept(
    work: Work, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for key in ("old", "older", "new"):
        work.once(key)
    old = timezone.now() - timedelta(hours=24)
    IdempotencyKey.objects.exclude(key="new").update(created_at=old)

    with django_assert_num_queries(1):
        assert delete_expired_keys() == 2
    assert str(IdempotencyKey.objects.get()) == "new"


def test_the_database_keeps_one_answer_for_each_key(work: Work, user: User) -> None:
    work.once()

    with pytest.raises(IntegrityError):
        IdempotencyKey.objects.create(user=user, key="key", fingerprint="", answer="")
