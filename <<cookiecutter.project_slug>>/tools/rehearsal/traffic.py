"""What clients do to this release while the migrations of the next one run. See `tools.rehearsal.__main__`.

Each app may say it in `tools/rehearsal/<app>_traffic.py`: `load(rows)` makes the rows there are beforehand, and REQUESTS are
functions of a signed-in client that read or write, as the application would.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import django
from django.apps import apps
from django.http.response import HttpResponseBase
from django.test import Client

type Request = Callable[[Client], HttpResponseBase | None]

PAUSE = 0.005


def scenarios() -> list[ModuleType]:
    """Return the apps' traffic modules."""
    names = [
        f"tools.rehearsal.{config.label}_traffic"
        for config in apps.get_app_configs()
        if config.name.startswith("apps.")
    ]
    return [import_module(name) for name in names if find_spec(name.rpartition(".")[0]) and find_spec(name)]


def load(rows: int) -> None:
    """Make the rows that are there before the migrations run."""
    for scenario in scenarios():
        scenario.load(rows)


def problem_with(request: Request, client: Client) -> str:
    """Carry out `request` and return what went wrong: an empty string, if nothing did."""
    try:
        response = request(client)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if response is not None and response.status_code >= 400:
        return f"status {response.status_code}"
    return ""


def run() -> None:
    """Send random requests until killed, and print each as a line: when, how many ms, which, what went wrong."""
    from apps.accounts.models import User  # noqa: PLC0415 - once Django is set up
    from tests.authentication import authenticate_somehow  # noqa: PLC0415 - as above

    requests: list[Request] = [request for scenario in scenarios() for request in scenario.REQUESTS]
    client = Client(raise_request_exception=False)
    authenticate_somehow(client, User.objects.order_by("pk")[0])
    for request in requests:  # the first of each kind is slow: it imports what it needs
        problem_with(request, client)
    while True:
        request = random.choice(requests)  # noqa: S311 - no secret
        start = time.time()
        problem = problem_with(request, client)
        milliseconds = (time.time() - start) * 1000
        sys.stdout.write(json.dumps([start, milliseconds, request.__name__, problem]) + "\n")
        sys.stdout.flush()
        time.sleep(PAUSE)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "load":
        load(int(sys.argv[2]))
    else:
        run()
