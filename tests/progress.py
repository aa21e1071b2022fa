"""How far the tests are and how long they will take, by what each took the last time."""

import json
import os
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest

EVERY = 30  # seconds between two lines
UNKNOWN = 1.0  # seconds that a test is taken to need of which nothing is known


class Progress:
    """The pytest plugin that writes a line now and then, and keeps what each test took in ``file``."""

    def __init__(self, config: pytest.Config, file: Path) -> None:
        """Write to the terminal of ``config``."""
        self._config = config
        self._file = file
        self._took: dict[str, float] = json.loads(file.read_text("utf-8")) if file.exists() else {}
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
        """Return the seconds that the tests not done yet will take, those of a function all as long as its others."""
        known: dict[str, list[float]] = defaultdict(list)
        for name, seconds in self._took.items():
            known[name.partition("[")[0]].append(seconds)
        usual = {function: mean(durations) for function, durations in known.items()}
        needed = (self._took.get(name, usual.get(name.partition("[")[0], UNKNOWN)) for name in self._left)
        return sum(needed) / self._processes

    def pytest_sessionfinish(self) -> None:
        """Keep the durations for the next run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        written = self._file.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(self._took, sort_keys=True), "utf-8")
        written.replace(self._file)


def clock(seconds: float) -> str:
    """Return ``seconds`` as minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
