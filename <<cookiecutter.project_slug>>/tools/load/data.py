"""Demo data and credentials for the load test."""

import argparse
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.demo.data import SIZES, load
from tests.authentication import METHODS

CSRF_TOKEN = "x" * 32


def read_options(arguments: Sequence[str]) -> dict[str, int]:
    """Return the sizes of the demo data in `arguments`, as for `manage.py demo`."""
    parser = argparse.ArgumentParser(prog="python -m tools.load")
    for name, size in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    return vars(parser.parse_args(arguments))


def fill(sizes: Mapping[str, int]) -> None:
    """Load the demo data."""
    owner = User.objects.create_superuser(f"demo@{settings.DOMAIN_NAME}", name="Demo")
    for line in load(owner=owner, **sizes):
        print(f"  {line}")


def credentials() -> list[dict[str, str]]:
    """Return the headers of each user, for each way to authenticate."""
    return [headers_of(user, name) for user in User.objects.order_by("pk") for name in METHODS]


def headers_of(user: User, method: str) -> dict[str, str]:
    """Return the headers by which `user` is authenticated."""
    client = Client()
    METHODS[method](client, user)
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client.cookies.values())
    headers = {"X-CSRFToken": CSRF_TOKEN, "Cookie": cookies}
    if token := client.defaults.get("HTTP_AUTHORIZATION"):
        headers["Authorization"] = str(token)
    return headers
