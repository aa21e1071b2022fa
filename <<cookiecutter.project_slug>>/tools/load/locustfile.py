"""Callers for Locust: of each API, with each user's credentials in turn.

LOAD_ROOTS holds the roots of the APIs, separated by spaces, and LOAD_CREDENTIALS the headers to send, as a JSON list.
Only this machine is loaded, unless LOAD_ANYWHERE is set.
"""

import atexit
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

TURNS = cycle(product(json.loads(os.environ["LOAD_CREDENTIALS"]), os.environ["LOAD_ROOTS"].split()))


class Visitor(HttpUser):
    """A user who pauses between requests."""

    tasks = [scenario for scenario, weight in TASKS.items() for _ in range(weight)]
    wait_time = between(0.2, 1)

    def on_start(self) -> None:
        credentials, self.root = next(TURNS)
        self.client.headers.update(credentials)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, name: str = "") -> Any:
        """Send a request, counted under `name` or else `path`, and return the JSON of the response."""
        url = path if "://" in path else self.root + path
        response = self.client.request(method, url, json=body, name=self.root + (name or path))
        if not response.ok:
            raise RescheduleTask  # Locust has counted it: go on with another scenario
        return response.json()


def refuse_other_machines(environment: Environment, **_: Any) -> None:
    if not is_this_machine(environment.host or "") and not os.environ.get("LOAD_ANYWHERE"):
        sys.exit(f"{environment.host} is not this machine. Set LOAD_ANYWHERE=1 if you may load it.")


def judge(environment: Environment, **_: Any) -> None:
    """Print the verdict, and set the exit status to 1 if anything is wrong."""
    total = environment.stats.total
    p50, p95 = (total.get_response_time_percentile(share) or 0 for share in (0.5, 0.95))
    faults = find_faults(requests=total.num_requests, failures=total.num_failures, p95=p95)
    environment.process_exit_code = 1 if faults else 0
    rate = f"{total.num_requests} requests, {total.total_rps:.0f} a second"
    verdict = [f"{rate}: P50 {p50:.0f} ms, P95 {p95:.0f} ms.", *(faults or ["As promised."])]
    atexit.register(print, *verdict, sep="\n")  # below Locust's tables


events.init.add_listener(refuse_other_machines)
events.quitting.add_listener(judge)
