"""Public endpoints have a rate of their own, which is not that of requests without valid credentials."""

from importlib import import_module

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

FRAMEWORKS = [
    # % if "drf" in cookiecutter.api
    "drf",
    # % endif
    # % if "ninja" in cookiecutter.api
    "ninja",
    # % endif
]


def stranger(address: str) -> HttpRequest:
    """Return the request of a client without credentials."""
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user, request.auth = AnonymousUser(), None  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_public_endpoints_are_counted_alone_and_by_client(framework: str, settings: Settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "public": "3/day", "anon": "1/day"}
    module = import_module(f"apps.api.{framework}.throttling")

    def allowed(name: str, address: str) -> bool:
        view = [None] if framework == "drf" else []
        return bool(getattr(module, name)().allow_request(stranger(address), *view))

    assert [allowed("AnonRateThrottle", "192.0.2.1") for _ in range(2)] == [True, False]
    assert [allowed("PublicRateThrottle", "192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert allowed("PublicRateThrottle", "192.0.2.2")
