"""Reads that are kept until something changes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import NoReturn

import pytest
from django.core.cache import caches
from pytest_django.fixtures import Settings

from apps.cache import reads
from apps.cache.reads import SharedReads
from proofs.caching import SHARED_MEMORY

THINGS = SharedReads("things", seconds=60)


@pytest.fixture(autouse=True)
def _shared_cache(settings: Settings) -> Iterator[None]:
    settings.CACHES = {**settings.CACHES, "shared": SHARED_MEMORY}
    yield
    caches["shared"].clear()


class Database:
    """A value that is read and changed, and how often it was read."""

    def __init__(self, value: str = "old") -> None:
        self.value = value
        self.reads = 0

    def read(self) -> str:
        self.reads += 1
        return self.value

    def change(self, value: str) -> None:
        self.value = value
        THINGS.forget()


def down() -> NoReturn:
    pytest.fail("the cache is there")


def get(database: Database) -> str:
    return THINGS.get("one", database.read, while_down=down)


def test_what_was_read_is_kept_until_it_changes() -> None:
    database = Database()

    assert [get(database), get(database)] == ["old", "old"]
    assert database.reads == 1
    database.change("new")
    assert [get(database), get(database)] == ["new", "new"]
    assert database.reads == 2


def test_what_is_read_while_it_changes_is_not_kept() -> None:
    """The reader has the old value in hand when the change is committed, and puts it into the cache after that."""
    database = Database()

    def slow_read() -> str:
        value = database.read()
        database.change("new")
        return value

    assert THINGS.get("one", slow_read, while_down=down) == "old"
    assert get(database) == "new"


def test_a_generation_that_the_cache_forgot_does_not_bring_old_values_back() -> None:
    database = Database()
    get(database)
    database.value = "new"
    caches["shared"].delete("things:generation")

    assert get(database) == "new"


def test_other_kinds_of_things_are_not_forgotten() -> None:
    database = Database()
    get(database)
    SharedReads("others", seconds=60).forget()

    get(database)
    assert database.reads == 1


def test_nothing_is_not_kept() -> None:
    """Or asking for what does not exist would fill the cache."""
    database = Database(value="")
    assert get(database) == ""
    database.value = "now there is"
    assert get(database) == "now there is"


def test_many_at_once_read_once() -> None:
    database, readers = Database(), 12
    everybody, read_ends = Barrier(readers), Event()

    def slow_read() -> str:
        assert read_ends.wait(timeout=30)
        return database.read()

    def reader() -> str:
        everybody.wait(timeout=30)
        return THINGS.get("one", slow_read, while_down=down)

    with ThreadPoolExecutor(readers) as threads, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reads, "PATIENCE_SECONDS", 30)
        answers = [threads.submit(reader) for _ in range(readers)]
        read_ends.set()
        assert {answer.result() for answer in answers} == {"old"}

    assert database.reads == 1


def test_nobody_waits_for_a_read_that_began_before_the_change() -> None:
    database, begun, may_end = Database(), Event(), Event()

    def slow_read() -> str:
        value = database.read()
        begun.set()
        assert may_end.wait(timeout=30)
        return value

    with ThreadPoolExecutor(1) as threads:
        early = threads.submit(THINGS.get, "one", slow_read, while_down=down)
        assert begun.wait(timeout=30)
        database.change("new")
        assert get(database) == "new"
        may_end.set()
        assert early.result() == "old"

    assert get(database) == "new"


def test_nobody_waits_for_ever_for_a_reader_that_died(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "PATIENCE_SECONDS", 0.02)
    database = Database()
    THINGS.forget()
    caches["shared"].add(f"things:one:{caches['shared'].get('things:generation')}:lock", "the dead one's")

    assert get(database) == "old"


def test_a_read_that_fails_leaves_nothing_behind() -> None:
    def fail() -> NoReturn:
        raise LookupError

    with pytest.raises(LookupError):
        THINGS.get("one", fail, while_down=down)
    assert get(Database()) == "old"


def test_without_a_cache_everything_is_read(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "shared": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    database = Database()

    assert not THINGS.are_kept
    for _ in range(2):
        assert THINGS.get("one", down, while_down=database.read) == "old"
    assert database.reads == 2
