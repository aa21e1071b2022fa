"""How far the tests are and how long they will take, by what each took the last time."""

import json
import os
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from pathlib import Path
from statistics import mean

import pytest

EVERY = 30  # seconds between two lines
# Seconds that tests need on two quiet cores, to begin with: afterwards a machine has figures of its own.
USUAL = {
    "test_the_proofs_hold_on_postgresql": 100,
    "test_the_proofs_hold_on_sqlite": 100,
    "test_the_proofs_hold_with_workers_on_postgresql": 120,
    "test_the_proofs_hold_with_workers_on_sqlite": 120,
    "test_the_proofs_hold_with_servers_on_postgresql": 120,
    "test_the_proofs_hold_with_servers_on_sqlite": 120,
    "test_new_features_pass_every_gate": 60,
    "test_its_own_tests_pass_on_postgresql": 30,
    "test_its_own_tests_pass_on_sqlite": 18,
    "test_mypy_finds_nothing": 20,
    "test_what_is_declared_suffices": 20,
    "test_every_recipe_works": 40,
    "test_nothing_is_found_in_what_is_generated": 20,
    "test_every_link_and_picture_of_the_site_is_there": 40,
    "test_a_mistake_is_found": 6,
}
# Which of them mostly wait, for workers and servers. Several at a time would wait longer than they may, and leave cores idle.
WAITING = {
    "test_the_proofs_hold_with_workers_on_postgresql",
    "test_the_proofs_hold_with_workers_on_sqlite",
    "test_the_proofs_hold_with_servers_on_postgresql",
    "test_the_proofs_hold_with_servers_on_sqlite",
}
UNKNOWN = 0.5  # of any other test
LONG = 5  # seconds from which on a test is begun before others, so that all cores are busy to the end


class Progress:
    """The pytest plugin that writes a line now and then, and keeps what each test took in ``file``."""

    def __init__(self, config: pytest.Config, file: Path) -> None:
        """Write to the terminal of ``config``."""
        self._config = config
        self._file = file
        self._took = read(file)
        self._left: set[str] = set()
        self._done = 0
        self._processes = 1
        self._start = self._said = time.monotonic()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn which tests there will be, where one process runs them."""
        self._left.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn which tests there will be, where workers run them."""
        if not self._done:
            self._left.update(ids)
        self._processes = len(self._config.getoption("tx") or [None])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test, and write a line if the last is some time ago."""
        if report.when != "call" and not (report.when == "setup" and report.skipped):
            return
        if not report.failed:
            self._took[report.nodeid] = report.duration
        self._left.discard(report.nodeid)
        self._done += 1
        now = time.monotonic()
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal and now - self._said >= EVERY and self._left:
            self._said = now
            terminal.ensure_newline()
            terminal.write_line(
                f"{clock(now - self._start)}  {self._done} of {self._done + len(self._left)} tests, "
                f"about {clock(self._remaining())} left"
            )

    def _remaining(self) -> float:
        """Return the seconds that the tests not done yet will take."""
        return sum(expected(self._left, self._took).values()) / self._processes

    def pytest_sessionfinish(self) -> None:
        """Keep the durations for the next run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        written = self._file.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(self._took, sort_keys=True), "utf-8")
        written.replace(self._file)


def read(file: Path) -> dict[str, float]:
    """Return the seconds that each test took the last time, from ``file`` if it is there."""
    took: dict[str, float] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return took


def expected(names: Iterable[str], took: Mapping[str, float]) -> dict[str, float]:
    """Return the seconds that each test will take: as long as the last time, or as the others of its function."""
    known: dict[str, list[float]] = defaultdict(list)
    for name, seconds in took.items():
        known[function_of(name)].append(seconds)
    usual = USUAL | {function: mean(durations) for function, durations in known.items()}
    return {name: took.get(name, usual.get(function_of(name), UNKNOWN)) for name in names}


def function_of(name: str) -> str:
    """Return the name of the function that the test ``name`` is a case of."""
    return name.partition("[")[0].rpartition("::")[2]


def long_ones_first(items: list[pytest.Item], took: Mapping[str, float], processes: int) -> None:
    """Sort ``items``: those that take long come first, in turn one of the longer half and one of the shorter.

    What mostly waits is spread so that, of several ``processes``, one is waiting while the others keep the cores busy.
    """
    seconds = expected((item.nodeid for item in items), took)
    ranked = sorted(items, key=lambda item: -seconds[item.nodeid])
    long = [item for item in ranked if seconds[item.nodeid] >= LONG]
    waiting = deque(item for item in long if function_of(item.nodeid) in WAITING)
    busy = [item for item in long if function_of(item.nodeid) not in WAITING]
    half = len(busy) // 2
    turns, due = [], 0.0
    for item in (item for pair in zip_longest(busy[:half], busy[half:]) for item in pair if item):
        while waiting and due <= 0:
            due += seconds[waiting[0].nodeid] * (processes - 1)
            turns.append(waiting.popleft())
        due -= seconds[item.nodeid]
        turns.append(item)
    items[:] = [*turns, *waiting, *(item for item in items if seconds[item.nodeid] < LONG)]


def clock(seconds: float) -> str:
    """Return ``seconds`` as minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
