"""OAuth2 authentication for Django Ninja."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from apps.accounts.api.security import AuthError, invalid_token
from apps.accounts.models import User
from apps.oauth2 import tokens


class OAuth2(AuthBase):
    """Access tokens of OAuth2. Costs one query."""

    openapi_type = "oauth2"
    openapi_flows = settings.OAUTH2_FLOWS

    def __call__(self, request: HttpRequest) -> User | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            authenticated = tokens.authenticate(value.strip(), request)
        except tokens.InvalidToken:
            raise invalid_token() from None  # a cause would be taken for an error of the parser
        if authenticated is None:
            return None
        user, scopes = authenticated
        if refusal := tokens.insufficient_scope(scopes, request.method or ""):
            raise AuthError(403, "permission_denied", refusal[0], challenge=refusal[1])
        request.user = user
        return user
