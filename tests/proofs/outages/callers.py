"""Callers who list and confirm orders over HTTP, and what they see; and a probe of liveness beside them."""

import http.client
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

# The last columns: how long after the fault the last error, and the last answer that took more than a second, came; the
# longest that a process that only sleeps was kept from running, and how many are running: the load of the machine.
HEADER = (
    "| fault | requests | P50 | P95 | longest | by status | liveness, longest | last error after | last slow after "
    "| machine: stall, load |"
)
# Longer than the longest wait that the documentation promises.
TIMEOUT = 60


@dataclass
class Answer:
    """One request: when it was sent, how long it took, and its status; 0 if there was none."""

    sent: float
    seconds: float
    status: int

    @property
    def end(self) -> float:
        return self.sent + self.seconds


@dataclass
class Callers:
    """Threads that send requests until they are told to stop."""

    port: int
    health_port: int
    headers: Sequence[Mapping[str, str]]
    orders: Iterator[int]
    answers: list[Answer] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)

    def request(self, port: int, method: str, path: str, headers: Mapping[str, str], timeout: float) -> Answer:
        sent, status = time.monotonic(), 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request(method, path, headers=dict(headers))
            response = connection.getresponse()
            response.read()
            status = response.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return Answer(sent, time.monotonic() - sent, status)

    def call(self, number: int, over: Event) -> None:
        """List, then confirm an order, with a short pause."""
        headers = {"Content-Length": "0", **self.headers[number % len(self.headers)]}
        for turn in count():
            if over.wait(0.05):
                return
            confirm = turn % 2 and next(self.orders, 0)
            method, path = ("POST", f"/api/v1/orders/{confirm}/confirm/") if confirm else ("GET", "/api/v1/orders/")
            self.answers.append(self.request(self.port, method, path, headers, TIMEOUT))

    @contextmanager
    def calling(self, number: int) -> Iterator[None]:
        """Let so many call inside the block, and wait for their last answers."""
        over = Event()
        threads = [Thread(target=self.call, args=[index, over]) for index in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    @contextmanager
    def probing(self) -> Iterator[None]:
        """Probe liveness inside the block."""
        command = [sys.executable, "-m", "proofs.outages.probe", str(self.health_port)]
        probe = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        try:
            yield
        finally:
            lines = [line.split() for line in probe.communicate()[0].splitlines()]
            self.probes = [float(seconds) for seconds, _ in lines]
            self.stalls = [float(seconds) for _, seconds in lines]

    def row(self, name: str, fault_ended: float) -> str:
        """Return a row of the table, of which HEADER has the columns."""
        seconds = sorted(answer.seconds for answer in self.answers)
        statuses = Counter(answer.status for answer in self.answers)
        failed_at = [answer.end for answer in self.answers if not 200 <= answer.status < 300]
        slow_at = [answer.end for answer in self.answers if answer.seconds > 1]
        live, failed = max(self.probes), self.probes.count(0)
        shown = ", ".join(f"{status or 'none'}: {number}" for status, number in sorted(statuses.items()))
        cells = [
            name,
            str(len(seconds)),
            *(f"{1000 * seconds[int(share * len(seconds))]:.0f} ms" for share in (0.5, 0.95)),
            f"{seconds[-1]:.2f} s",
            shown,
            f"{1000 * live:.0f} ms" + (f", {failed} without an answer" if failed else ""),
            *(f"{max(0.0, max(ends, default=0) - fault_ended):.1f} s" for ends in (failed_at, slow_at)),
            f"{1000 * max(self.stalls):.0f} ms, {os.getloadavg()[0]:.1f}",
        ]
        return f"| {' | '.join(cells)} |"
