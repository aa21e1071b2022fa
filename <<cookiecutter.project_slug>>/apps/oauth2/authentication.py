"""Access tokens of our OAuth2/OpenID Connect provider, with scopes."""

from typing import Any

from allauth.idp.oidc.internal.resources import is_resources_subset
from allauth.idp.oidc.models import Token
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.authentication.base import SAFE_METHODS, AuthError, Identity, Method
from apps.accounts.authentication.bearer import bearer_token, challenge, invalid_token
from apps.accounts.models import User
from apps.oauth2.adapter import API_SCOPES, READ_SCOPE, WRITE_SCOPE


class OAuth2Method(Method):
    """One query: token, client and user together.

    allauth's own class needs three, and reads the request's body, where it accepts tokens as well.
    """

    def authenticate(self, request: HttpRequest) -> Identity | None:
        """Return whom the token acts for. Raises AuthError: 401 for a bad token, 403 for a lacking scope or owner."""
        value = bearer_token(request)
        # Our opaque tokens have no dot, a JWT always has: which of the two this is needs no trying.
        if not value or "." in value:
            return None
        token = Token.objects.select_related("user", "client__owner").lookup(Token.Type.ACCESS_TOKEN, value)
        if token is None or not is_resources_subset([request.build_absolute_uri(request.path)], token.get_resources()):
            raise invalid_token(request)
        user = acting_user(token)
        if not user.is_active:
            raise invalid_token(request)
        scopes = frozenset(token.get_scopes())
        needed = required_scope(request.method or "")
        if needed not in scopes:
            raise AuthError(
                403,
                "permission_denied",
                f"The token lacks the scope {needed}.",
                challenge=f'Bearer realm="api", error="insufficient_scope", scope="{needed}"',
            )
        return Identity(user, "oauth2", scopes)

    def challenge(self, request: HttpRequest) -> str:
        """Return the bearer challenge."""
        return challenge(request)

    def schemes(self) -> dict[str, dict[str, Any]]:
        """Return both flows, with URLs relative to this host."""
        token_url = reverse("idp:oidc:token")
        scopes = {name: str(description) for name, description in API_SCOPES.items()}
        return {
            "oauth2": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": reverse("idp:oidc:authorization"),
                        "tokenUrl": token_url,
                        "refreshUrl": token_url,
                        "scopes": scopes,
                    },
                    "clientCredentials": {"tokenUrl": token_url, "scopes": scopes},
                },
            }
        }

    def requirement(self, http_method: str) -> dict[str, list[str]]:
        """Return the scope that an operation needs."""
        return {"oauth2": [required_scope(http_method)]}


def required_scope(http_method: str) -> str:
    """Return the scope for an HTTP method. Writing does not imply reading."""
    return READ_SCOPE if http_method.upper() in SAFE_METHODS else WRITE_SCOPE


def acting_user(token: Token) -> User:
    """Return the user who granted the token; for a client-credentials token, which has none, the client's owner.

    So a machine is a service account like any other: permissions, throttles, ownership and logs need no special case.
    Raises AuthError (403) if the client has no owner.
    """
    user: User | None = token.user
    if user is None and token.client is not None:
        user = token.client.owner
    if user is None:
        raise AuthError(403, "permission_denied", "This client has no owner whom it could act for.")
    return user
