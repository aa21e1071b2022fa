"""OAuth2 authentication for Django REST framework."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from apps.accounts.api.authentication import JWTAuthentication
from apps.accounts.models import User
from apps.accounts.tokens import INVALID_TOKEN
from apps.oauth2 import tokens


class OAuth2Authentication(JWTAuthentication):
    """Access tokens of OAuth2. Costs one query."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        scheme, _, value = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            authenticated = tokens.authenticate(value.strip(), request._request)  # noqa: SLF001 - DRF has no accessor
        except tokens.InvalidToken as error:
            raise AuthenticationFailed(INVALID_TOKEN) from error
        if authenticated and (refusal := tokens.insufficient_scope(authenticated[1], request.method or "")):
            refused = PermissionDenied(refusal[0])
            refused.auth_header = refusal[1]  # type: ignore[attr-defined]  # DRF's exception handler looks for it
            raise refused
        return authenticated


class OAuth2Scheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = OAuth2Authentication
    name = "OAuth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "oauth2", "flows": settings.OAUTH2_FLOWS}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: [tokens.required_scope(auto_schema.method)]}
