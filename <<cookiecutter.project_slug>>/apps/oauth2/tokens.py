"""OAuth2 access tokens, as the API takes them."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.accounts.models import User

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# The user that a token acts for, and its scopes.
type Authenticated = tuple[User, list[str]]


class InvalidToken(Exception):  # noqa: N818 - the name of the error in RFC 6750
    """A malformed, unknown, expired or revoked token, or one of a user who may not use it."""


class Unavailable(ConnectionError):  # noqa: N818 - the state, as in the error code of the API
    """A token that cannot be verified for now: a 503."""


def authenticate(token: str, request: HttpRequest) -> Authenticated | None:
    """Return what the first of OAUTH2_TOKENS says that knows this kind of token; None if none does.

    Raises InvalidToken or Unavailable. Costs one query.
    """
    for name in settings.OAUTH2_TOKENS:
        authenticated: Authenticated | None = import_string(name)(token, request)
        if authenticated is not None:
            return authenticated
    return None


def required_scope(method: str) -> str:
    """Return the scope that an HTTP method needs. Writing does not imply reading."""
    return "api:read" if method.upper() in SAFE_METHODS else "api:write"


def insufficient_scope(scopes: list[str], method: str) -> tuple[str, str] | None:
    """Return the message and the challenge of the 403 for a scope that is missing, else None."""
    scope = required_scope(method)
    if scope in scopes:
        return None
    return f"The token lacks the scope {scope}.", f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'
