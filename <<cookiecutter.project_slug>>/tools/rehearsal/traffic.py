"""Traffic of this release while the migrations of the next one run.

It consists of the scenarios of the load test, and below of writes that no endpoint of the API makes: add your own.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import django

django.setup()

from django.test import Client

from apps.accounts.models import User

# % if cookiecutter.use_example -
from apps.catalog.models import Product

# % endif -
from apps.demo import data
from tests.authentication import authenticate_somehow
from tools.load.scenarios import TASKS, Scenario

SCENARIOS = [*TASKS]
PAUSE = 0.005


class Caller:
    """A caller as that of tools/load/locustfile.py, in the process of the release."""

    def __init__(self) -> None:
        self.client = Client()
        authenticate_somehow(self.client, User.objects.order_by("pk")[0])

    def ask(self, method: str, path: str, body: Any = None, *, name: str = "") -> Any:
        """Send a request and return the JSON of the response."""
        url = path if "://" in path else f"/api/v1/{path}"
        with recorded(f"{method} {name or path}"):
            response = self.client.generic(method, url, json.dumps(body), content_type="application/json")
        if response.status_code >= 400:
            raise RuntimeError(f"{method} {name or path}: status {response.status_code}")
        return response.json()


# % if cookiecutter.use_example
def add_product(caller: Caller) -> None:
    with recorded("add_product"):
        Product.objects.create(name="New", sku=f"N-{random.random()}", price=1)


def change_price(caller: Caller) -> None:
    with recorded("change_price"):
        Product.objects.filter(sku=f"S-{random.randrange(10)}").update(price=random.randrange(100))


SCENARIOS += [add_product, change_price]


# % endif
def load(rows: int) -> None:
    """Create the rows that there are before the migrations run."""
    owner = User.objects.create_superuser("demo@example.com")
    list(data.load(owner=owner, **data.SIZES))
    # % if cookiecutter.use_example
    products = (Product(name=f"Product {n}", sku=f"S-{n}", price=n % 100) for n in range(rows))
    Product.objects.bulk_create(products, batch_size=5000)
    # % endif
    User.objects.bulk_create((User(email=f"user{n}@example.com") for n in range(rows // 100)), batch_size=5000)


def run(threads: int) -> None:
    """Run scenarios until killed."""
    callers = [Caller() for _ in range(threads)]
    for scenario in SCENARIOS:  # the first of each imports modules
        scenario(callers[0])
    for caller in callers:
        Thread(target=run_random, args=[caller]).start()


def run_random(caller: Caller) -> None:
    """Run random scenarios until killed."""
    while True:
        attempt(random.choice(SCENARIOS), caller)
        time.sleep(PAUSE)


def attempt(scenario: Scenario, caller: Caller) -> None:
    """Run `scenario`, and print what went wrong."""
    start = time.time()
    try:
        scenario(caller)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        write(start, scenario.__name__, problem.splitlines()[0])  # the others differ each time


@contextmanager
def recorded(name: str) -> Iterator[None]:
    """Print how long the block took."""
    start = time.time()
    try:
        yield
    finally:
        write(start, name)


def write(start: float, name: str, problem: str = "") -> None:
    """Print a line for `tools.rehearsal`."""
    milliseconds = (time.time() - start) * 1000
    sys.stdout.write(json.dumps([start, milliseconds, name, problem]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"load": load, "run": run}[sys.argv[1]](int(sys.argv[2]))
