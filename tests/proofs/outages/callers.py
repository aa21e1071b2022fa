"""Callers who list and confirm orders over HTTP, and what they see; and a probe of liveness beside them."""

import http.client
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

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
    number: int = 6
    answers: list[Answer] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    over: Event = field(default_factory=Event)

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

    def call(self, number: int) -> None:
        """List, then confirm an order, with a short pause."""
        headers = {"Content-Length": "0", **self.headers[number % len(self.headers)]}
        for turn in count():
            if self.over.wait(0.05):
                return
            confirm = turn % 2 and next(self.orders, 0)
            method, path = ("POST", f"/api/v1/orders/{confirm}/confirm/") if confirm else ("GET", "/api/v1/orders/")
            self.answers.append(self.request(self.port, method, path, headers, TIMEOUT))

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Call inside the block, and wait for the last answer."""
        threads = [Thread(target=self.call, args=[number]) for number in range(self.number)]
        command = [sys.executable, "-m", "proofs.outages.probe", str(self.health_port)]
        probe = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
            self.probes = [float(line) for line in probe.communicate()[0].split()]

    def row(self, name: str, fault_ended: float) -> str:
        """Return a row of the table. Recovered is when the last request that failed, or took a second, had its answer."""
        seconds = sorted(answer.seconds for answer in self.answers)
        statuses = Counter(answer.status for answer in self.answers)
        bad = [answer.end for answer in self.answers if not 200 <= answer.status < 300 or answer.seconds > 1]
        recovered = max(0.0, max(bad, default=0) - fault_ended)
        live, failed = max(self.probes), self.probes.count(0)
        shown = ", ".join(f"{status or 'none'}: {number}" for status, number in sorted(statuses.items()))
        cells = [
            name,
            str(len(seconds)),
            *(f"{1000 * seconds[int(share * len(seconds))]:.0f} ms" for share in (0.5, 0.95)),
            f"{seconds[-1]:.2f} s",
            shown,
            f"{1000 * live:.0f} ms" + (f", {failed} without an answer" if failed else ""),
            f"{recovered:.1f} s",
        ]
        return f"| {' | '.join(cells)} |"
