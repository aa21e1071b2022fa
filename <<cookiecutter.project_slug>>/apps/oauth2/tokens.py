"""Access tokens of the OAuth2 provider, as the API takes them."""

from typing import Any

from allauth.idp.oidc.internal.resources import is_resources_subset
from allauth.idp.oidc.models import Token
from django.http import HttpRequest

from apps.accounts.models import User
from apps.oauth2.adapter import API_SCOPES, READ_SCOPE, WRITE_SCOPE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# For the OpenAPI document, with the URLs of allauth.idp.urls.
SCOPES = {name: str(description) for name, description in API_SCOPES.items()}
TOKEN_URL = "/identity/o/api/token"  # noqa: S105 - a URL
FLOWS: dict[str, dict[str, Any]] = {
    "authorizationCode": {
        "authorizationUrl": "/identity/o/authorize",
        "tokenUrl": TOKEN_URL,
        "scopes": SCOPES,
    },
    "clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": SCOPES},
}


def authenticate(access_token: str, request: HttpRequest) -> tuple[User, Token] | None:
    """Return the active user and the token of a valid access token, else None. Costs one query.

    A client-credentials token has no user and acts for the owner of its client.
    """
    token = Token.objects.select_related("user", "client__owner").lookup(Token.Type.ACCESS_TOKEN, access_token)
    if token is None or not is_resources_subset([request.build_absolute_uri(request.path)], token.get_resources()):
        return None
    user: User | None = token.user or (token.client.owner if token.client else None)
    return (user, token) if user is not None and user.is_active else None


def required_scope(method: str) -> str:
    """Return the scope that an HTTP method needs. Writing does not imply reading."""
    return READ_SCOPE if method.upper() in SAFE_METHODS else WRITE_SCOPE


def insufficient_scope(token: Token, method: str) -> tuple[str, str] | None:
    """Return the message and the challenge of the 403 for a scope that `token` lacks, else None."""
    scope = required_scope(method)
    if scope in token.get_scopes():
        return None
    return f"The token lacks the scope {scope}.", f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'
