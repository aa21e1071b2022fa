"""Credentials for the load test."""

from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from tests.authentication import METHODS

CSRF_TOKEN = "x" * 32


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
