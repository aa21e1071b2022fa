"""Requests to this release while the migrations of the next one run.

`tools/rehearsal/<app>_traffic.py` of each app has `load(rows)`, which creates the rows that there are beforehand, and
REQUESTS, functions of an authenticated client.
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
    """Return the traffic modules of the installed apps."""
    names = [f"tools.rehearsal.{config.label}_traffic" for config in apps.get_app_configs()]
    return [import_module(name) for name in names if find_spec(name)]


def load(rows: int) -> None:
    """Create the rows that there are before the migrations run."""
    for scenario in scenarios():
        scenario.load(rows)


def problem_with(request: Request, client: Client) -> str:
    """Send a request and return what went wrong, or an empty string."""
    try:
        response = request(client)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if response is not None and response.status_code >= 400:
        return f"status {response.status_code}"
    return ""


def run() -> None:
    """Send random requests until killed, and print for each its time, its milliseconds, its name and its problem."""
    from apps.accounts.models import User  # noqa: PLC0415 - once Django is set up
    from tests.authentication import authenticate_somehow  # noqa: PLC0415 - as above

    requests: list[Request] = [request for scenario in scenarios() for request in scenario.REQUESTS]
    client = Client(raise_request_exception=False)
    authenticate_somehow(client, User.objects.order_by("pk")[0])
    for request in requests:  # the first of each kind imports modules
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
