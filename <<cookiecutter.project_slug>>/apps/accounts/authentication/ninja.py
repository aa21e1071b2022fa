"""`apps.accounts.authentication` for Django Ninja."""

from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase

from apps.accounts.authentication import Identity, authenticate, not_authenticated, requirements, schemes
from apps.accounts.models import User
from apps.api.throttling import count_user


class AuthenticatedRequest(HttpRequest):
    """A request that Authentication has let through: its user is one of ours."""

    user: User


class Authentication(AuthBase):
    """`NinjaAPI(auth=Authentication())`; sets `request.user`, and `request.auth` to the Identity."""

    openapi_type = "http"  # Ninja asks for one; `document_security` puts the real schemes in its place

    def __call__(self, request: HttpRequest) -> Identity:
        """Return the identity. Raises AuthError; Throttled if its user sends too many requests."""
        identity = authenticate(request)
        if identity is None:
            raise not_authenticated(request)
        request.user = identity.user
        count_user(identity.user.pk)
        return identity


def document_security(schema: dict[str, Any]) -> None:
    """Put our security schemes into Ninja's OpenAPI document, which knows one scheme per class and no scopes."""
    for path in schema["paths"].values():
        for http_method, operation in path.items():
            if "security" in operation:
                operation["security"] = requirements(http_method)
    schema.setdefault("components", {})["securitySchemes"] = schemes()
