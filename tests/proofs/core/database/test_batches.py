"""Batches over a table that is in use."""

import subprocess
import sys
import time
from functools import partial
from itertools import chain, repeat
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Upper
from django.db.utils import OperationalError

from apps.accounts.models import User
from apps.database import batches
from apps.database.batches import BatchedUpdate
from proofs.postgresql import Threads, environment_of_test_database, on_postgresql

pytestmark = pytest.mark.django_db(transaction=True)

name_after_email = partial(
    BatchedUpdate,
    model=User,
    todo=Q(name=""),
    values={"name": Upper(F("email"))},
    batch_size=10,
)


def make_users(count: int, *, first: int = 0) -> None:
    User.objects.bulk_create(User(email=f"{n}@example.com") for n in range(first, first + count))


def assert_all_named() -> None:
    assert not User.objects.exclude(name=Upper(F("email"))).exists()


def test_every_row_is_changed_once_in_batches() -> None:
    make_users(25)

    assert list(name_after_email().run()) == [10, 10, 5]

    assert_all_named()
    assert list(name_after_email().run()) == []


def test_a_batch_has_as_many_rows_as_can_be_changed_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FIRST_SIZE", 8)
    monkeypatch.setattr(batches, "SMALLEST_SIZE", 3)
    make_users(8 + 16 + 8 + 3 + 6)
    clock = chain.from_iterable((0, seconds) for seconds in chain([0.001, 0.04, 0.2, 0.01], repeat(0.02)))
    its_own = SimpleNamespace(
        perf_counter=clock.__next__, sleep=time.sleep, monotonic=time.monotonic
    )  # the metrics of queries look too
    monkeypatch.setattr(batches, "time", its_own)

    run = name_after_email(batch_seconds=0.02, batch_size=1000).run()

    assert list(run) == [8, 16, 8, 3, 6]


def test_each_batch_is_committed_before_the_next_begins() -> None:
    make_users(25)

    for _ in name_after_email().run():
        assert not connection.in_atomic_block
        break

    assert User.objects.filter(name="").count() == 15


def test_a_run_that_was_stopped_is_continued_by_another() -> None:
    make_users(25)
    next(name_after_email().run())

    assert sum(name_after_email().run()) == 15

    assert_all_named()


def test_rows_that_appear_behind_the_run_are_found() -> None:
    make_users(25)
    lowest = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    run = name_after_email().run()
    next(run)
    User.objects.create(pk=lowest - 1, email="behind@example.com")

    assert list(run) == [10, 5, 1]

    assert_all_named()


def test_values_that_leave_a_row_to_do_are_an_error_not_an_endless_loop() -> None:
    make_users(3)

    with pytest.raises(RuntimeError, match="Rows still match after the update of name"):
        list(name_after_email(values={"name": Value("")}).run())


def test_inside_a_transaction_the_run_is_refused() -> None:
    make_users(3)

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        next(name_after_email().run())


@on_postgresql
def test_the_run_waits_for_rows_that_others_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    make_users(25)
    held, release = Event(), Event()

    def rename_one() -> None:
        with transaction.atomic():
            User.objects.filter(email="3@example.com").update(name="Three")
            held.set()
            release.wait(timeout=30)

    with Threads() as threads:
        other = threads.submit(rename_one)
        assert held.wait(timeout=30)

        def let_go(seconds: float) -> None:
            if seconds == batches.RETRY_PAUSE:
                release.set()
                other.result()

        monkeypatch.setattr("time.sleep", let_go)
        list(name_after_email(lock_timeout=0.05).run())

    assert release.is_set()
    assert User.objects.get(email="3@example.com").name == "Three"
    assert not User.objects.filter(name="").exists()


@on_postgresql
def test_rows_that_are_never_let_go_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ATTEMPTS", 2)
    monkeypatch.setattr(batches, "RETRY_PAUSE", 0)
    make_users(3)
    held, release = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(email="1@example.com")
            held.set()
            release.wait(timeout=30)

    with Threads() as threads:
        threads.submit(hold)
        assert held.wait(timeout=30)
        try:
            with pytest.raises(OperationalError, match="lock timeout"):
                list(name_after_email(lock_timeout=0.05).run())
        finally:
            release.set()


SLOW_RUN = """
import django
django.setup()
from proofs.core.database.test_batches import name_after_email
for size in name_after_email(pause=0.3).run():
    print(size, flush=True)
"""


@on_postgresql
def test_a_run_killed_in_the_middle_leaves_what_it_did_and_is_completed_by_the_next() -> None:
    make_users(100)
    process: subprocess.Popen[Any] = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", SLOW_RUN],
        env=environment_of_test_database(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(3)]
        process.kill()

    assert seen == ["10\n"] * 3
    left = User.objects.filter(name="").count()
    assert 0 < left <= 70
    assert sum(name_after_email().run()) == left
    assert_all_named()
