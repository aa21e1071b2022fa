"""`Authorization: Bearer …` (RFC 6750)."""

from django.http import HttpRequest

from apps.accounts.authentication.base import AuthError


def challenge(request: HttpRequest) -> str:
    """Return the `WWW-Authenticate` header of a 401; it says whether there was a token."""
    return 'Bearer realm="api"' if bearer_token(request) is None else 'Bearer realm="api", error="invalid_token"'


def bearer_token(request: HttpRequest) -> str | None:
    """Return the token, which may be empty; None if the header is absent or names another scheme."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def invalid_token(request: HttpRequest) -> AuthError:
    """Return the 401 for a token that is malformed, unknown, expired or revoked; it does not say which."""
    return AuthError(401, "authentication_failed", "The token is invalid or has expired.", challenge=challenge(request))
