"""OAuth2 authentication for Django Ninja."""

from django.http import HttpRequest
from ninja.security.base import AuthBase

from apps.accounts.api.security import AuthError, invalid_token
from apps.accounts.models import User
from apps.oauth2 import tokens


class OAuth2(AuthBase):
    """Bearer tokens of the OAuth2 provider; unlike a JWT they have no dot. Costs one query."""

    openapi_type = "oauth2"
    openapi_flows = tokens.FLOWS

    def __call__(self, request: HttpRequest) -> User | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or "." in value:
            return None
        authenticated = tokens.authenticate(value.strip(), request)
        if authenticated is None:
            raise invalid_token()
        if refusal := tokens.insufficient_scope(authenticated[1], request.method or ""):
            raise AuthError(403, "permission_denied", refusal[0], challenge=refusal[1])
        request.user = authenticated[0]
        return authenticated[0]
