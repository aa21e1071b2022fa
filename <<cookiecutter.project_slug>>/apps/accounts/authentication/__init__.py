"""How a request to the API proves whom it acts for.

The methods of settings.API_AUTHENTICATION are tried in order; the first that finds credentials of its kind decides. Every
framework asks here, so that no two can differ.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.accounts.authentication.base import AuthError, Identity, Method

__all__ = ["AuthError", "Identity", "authenticate", "challenge", "not_authenticated", "requirements", "schemes"]


@cache
def methods() -> tuple[Method, ...]:
    """Return the methods in the order in which they are tried."""
    return tuple(import_string(path)() for path in settings.API_AUTHENTICATION)


def authenticate(request: HttpRequest) -> Identity | None:
    """Return whom a request acts for, or None if it carries no credentials. Raises AuthError if they are not good."""
    for method in methods():
        identity = method.authenticate(request)
        if identity is not None:
            return identity
    return None


def challenge(request: HttpRequest) -> str:
    """Return the `WWW-Authenticate` header of a 401: the first method's, as a client can only follow one."""
    return methods()[0].challenge(request)


def not_authenticated(request: HttpRequest) -> AuthError:
    """Return the 401 for a request without credentials."""
    return AuthError(
        401, "not_authenticated", "Authentication credentials were not provided.", challenge=challenge(request)
    )


def schemes() -> dict[str, dict[str, Any]]:
    """Return the OpenAPI security schemes, by name."""
    return {name: scheme for method in methods() for name, scheme in method.schemes().items()}


def requirements(http_method: str) -> list[dict[str, list[str]]]:
    """Return the OpenAPI security requirements of an operation: any one of them will do."""
    return [method.requirement(http_method) for method in methods()]
