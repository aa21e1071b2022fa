"""Callers for Locust: of each API, with each kind of credentials, in turn.

From the environment: LOAD_ROOTS, where the APIs are, such as `/api/v1/`, separated by blanks; LOAD_CREDENTIALS, a JSON
list of the headers that callers send. Only this machine is loaded, unless LOAD_ANYWHERE is set.
"""

import json
import os
import sys
from collections.abc import Mapping
from itertools import cycle, product
from typing import Any

from locust import HttpUser, between, events
from locust.env import Environment
from locust.exception import RescheduleTask

from tools.load.scenarios import TASKS
from tools.load.verdict import find_faults, is_this_machine

OUTCOME: list[str] = []
TURNS = cycle(product(json.loads(os.environ["LOAD_CREDENTIALS"]), os.environ["LOAD_ROOTS"].split()))


class Visitor(HttpUser):
    """Somebody who thinks for a moment between one thing and the next."""

    tasks = [scenario for scenario, weight in TASKS.items() for _ in range(weight)]
    wait_time = between(0.2, 1)

    def on_start(self) -> None:
        """Take the next credentials and API."""
        credentials, self.root = next(TURNS)
        self.client.headers.update(credentials)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, name: str = "") -> Any:
        """Send a request and return the JSON of its answer; see `tools.load.scenarios.Caller`."""
        address = path if "://" in path else self.root + path
        response = self.client.request(method, address, json=body, name=self.root + (name or path))
        if not response.ok:
            raise RescheduleTask  # it is counted and reported; the next scenario, please
        return response.json()


def stay_on_this_machine(environment: Environment, **_: Any) -> None:
    """Refuse to load somebody else's server by mistake."""
    if not is_this_machine(environment.host or "") and not os.environ.get("LOAD_ANYWHERE"):
        sys.exit(f"{environment.host} is not this machine. Set LOAD_ANYWHERE=1 if it is yours to load.")


def judge(environment: Environment, **_: Any) -> None:
    """Let the exit status be 1 if anything was wrong."""
    total = environment.stats.total
    p50, p95 = (total.get_response_time_percentile(share) or 0 for share in (0.5, 0.95))
    faults = find_faults(requests=total.num_requests, failures=total.num_failures, p95=p95)
    environment.process_exit_code = 1 if faults else 0
    OUTCOME.append(
        f"{total.num_requests} requests, {total.total_rps:.0f} a second: P50 {p50:.0f} ms, P95 {p95:.0f} ms."
    )
    OUTCOME.extend(faults or ["As promised."])


def tell(**_: Any) -> None:
    """Say what was wrong, below the tables."""
    print(*OUTCOME, sep="\n")


events.init.add_listener(stay_on_this_machine)
events.quitting.add_listener(judge)
events.quit.add_listener(tell)
