"""A cache whose server comes and goes."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

import pytest
from django.core.cache.backends.base import BaseCache

from apps.cache import degrading
from apps.cache.degrading import OUTAGES, Degrading


class Server(BaseCache):
    """A cache on a server, without one: every operation is one question to it, as it is with a real one."""

    def __init__(self) -> None:
        super().__init__({})
        self.down = False
        self.asked = 0
        self._values: dict[str, Any] = {}

    def reach(self) -> None:
        self.asked += 1
        if self.down:
            raise ConnectionError("no route to 10.0.0.1")

    def values(self) -> dict[str, Any]:
        self.reach()
        return self._values

    def add(self, key: Any, value: Any, timeout: float | None = None, version: int | None = None) -> bool:
        return self.values().setdefault(self.make_key(key, version), value) is value

    def get(self, key: Any, default: Any | None = None, version: int | None = None) -> Any:
        return self.values().get(self.make_key(key, version), default)

    def set(self, key: Any, value: Any, timeout: float | None = None, version: int | None = None) -> None:
        self.values()[self.make_key(key, version)] = value

    def touch(self, key: Any, timeout: float | None = None, version: int | None = None) -> bool:
        return self.make_key(key, version) in self.values()

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self.values().pop(self.make_key(key, version), None) is not None

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        values = self.values()
        return {key: values[self.make_key(key, version)] for key in keys if self.make_key(key, version) in values}

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self.make_key(key, version) in self.values()

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        values = self.values()
        if self.make_key(key, version) not in values:
            raise ValueError
        values[self.make_key(key, version)] += delta
        return int(values[self.make_key(key, version)])

    def set_many(self, data: dict[Any, Any], timeout: float | None = None, version: int | None = None) -> list[Any]:
        self.values().update({self.make_key(key, version): value for key, value in data.items()})
        return []

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        values = self.values()
        for key in keys:
            values.pop(self.make_key(key, version), None)

    def clear(self) -> None:
        self.values().clear()


class Cache(Degrading, Server):
    errors = (ConnectionError,)
    _servers = ["server"]


class Clock:
    """The time, in seconds, that goes on when it is told to."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(degrading, "time", clock)
    return clock


@pytest.fixture
def cache(clock: Clock) -> Iterator[Cache]:
    yield Cache()
    OUTAGES.clear()


def comes_back(cache: Cache, clock: Clock) -> None:
    """Let the server answer, and enough time pass to try again."""
    cache.down = False
    clock.now += 1


@pytest.mark.parametrize(
    ("operation", "up", "down"),
    [
        (lambda cache: cache.get("here"), "a", None),
        (lambda cache: cache.get("here", "default"), "a", "default"),
        (lambda cache: cache.get_many(["here", "missing"]), {"here": "a"}, {}),
        (lambda cache: "here" in cache, True, False),
        (lambda cache: cache.set("here", "b"), None, None),
        (lambda cache: cache.set_many({"here": "b"}), [], []),
        (lambda cache: cache.add("missing", "b"), True, True),
        (lambda cache: cache.touch("here"), True, False),
        (lambda cache: cache.delete("here"), True, False),
        (lambda cache: cache.delete_many(["here"]), None, None),
        (lambda cache: cache.incr("count"), 2, ValueError),
        (lambda cache: cache.decr("count"), 0, ValueError),
        (lambda cache: cache.incr("missing"), ValueError, ValueError),
        (lambda cache: cache.get_or_set("missing", "b"), "b", "b"),
        (lambda cache: cache.clear(), None, None),
    ],
)
def test_a_server_that_is_down_is_an_empty_cache(
    cache: Cache, operation: Callable[[Cache], Any], up: Any, down: Any
) -> None:
    def outcome() -> Any:
        try:
            return operation(cache)
        except ValueError:
            return ValueError

    cache.set_many({"here": "a", "count": 1})
    assert outcome() == up
    cache.down = True
    assert outcome() == down


def test_it_is_tried_again_once_a_second(cache: Cache, clock: Clock) -> None:
    cache.down = True
    cache.get("a")
    asked = cache.asked
    for _ in range(5):
        cache.get("a")
    assert cache.asked == asked

    clock.now += 1
    for _ in range(5):
        cache.get("a")
    assert cache.asked == asked + 1


def test_only_one_thread_waits_for_the_next_attempt(cache: Cache, clock: Clock) -> None:
    other_thread, answers = Cache(), []

    def hang() -> NoReturn:
        answers.append(other_thread.get("a", "not asked"))
        raise ConnectionError

    cache.down = True
    cache.get("a")
    clock.now += 1
    cache.reach = hang  # type: ignore[method-assign] # of this instance
    cache.get("a")

    assert answers == ["not asked"]


def test_the_log_says_once_that_it_is_down_and_once_that_it_is_back(
    cache: Cache, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache.down = True
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            cache.get("a")
            clock.now += 1
        comes_back(cache, clock)
        cache.get("a")
        cache.get("a")

    assert [record.getMessage() for record in caplog.records] == [
        "The cache does not answer; going on without it.",
        "The cache answers again.",
    ]
    assert "no route to 10.0.0.1" in caplog.text


@pytest.mark.parametrize(
    "write",
    [
        lambda cache: cache.set("session", "new"),
        lambda cache: cache.set_many({"session": "new"}),
        lambda cache: cache.delete("session"),
        lambda cache: cache.delete_many(["session"]),
    ],
)
@pytest.mark.parametrize("noticed", [False, True], ids=["by this write", "before"])
def test_what_was_changed_meanwhile_does_not_come_back_as_it_was(
    cache: Cache,
    clock: Clock,
    write: Callable[[Cache], None],
    noticed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    cache.set("session", "old")
    cache.set("session", "old", version=2)
    cache.set("other", "kept")

    cache.down = True
    if noticed:
        cache.get("other")
    write(cache)
    comes_back(cache, clock)

    assert cache.get("session") is None
    assert cache.get("session", version=2) == "old"
    assert cache.get("other") == "kept"
    cache.set("session", "newer")
    assert cache.get("session") == "newer"


def test_it_does_not_remember_without_end_what_to_delete(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(degrading, "MAX_LOST", 3)
    cache.down = True
    for key in range(5):
        cache.set(key, 1)

    assert OUTAGES["['server']"].lost == {(0, None), (1, None), (2, None)}
