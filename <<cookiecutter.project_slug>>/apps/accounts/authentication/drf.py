"""`apps.accounts.authentication` for Django REST Framework and drf-spectacular."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.accounts.authentication import Identity, authenticate, challenge, requirements, schemes
from apps.accounts.models import User

if TYPE_CHECKING:  # a cycle at run time: its module imports views, which import this class
    from drf_spectacular.openapi import AutoSchema


class Authentication(BaseAuthentication):
    """Sets `request.user`, and `request.auth` to the Identity."""

    def authenticate(self, request: Request) -> tuple[User, Identity] | None:
        """Return user and identity, or None for an anonymous request. Raises AuthError."""
        identity = authenticate(request._request)  # noqa: SLF001 - Django's request, as the other framework has it
        return None if identity is None else (identity.user, identity)

    def authenticate_header(self, request: Request) -> str:
        """Return `WWW-Authenticate` for a 401; without one DRF would answer 403."""
        return challenge(request._request)  # noqa: SLF001 - as above


class AuthenticatedRequest(Request):
    """A request that has passed IsAuthenticated: its user is one of ours."""

    user: User


class AuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Documents `Authentication` as one alternative for each method."""

    target_class = Authentication

    @property
    def name(self) -> list[str]:  # type: ignore[override]
        """Return the names of the schemes, in the order of their definitions."""
        return list(schemes())

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        """Return the schemes."""
        return list(schemes().values())

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Return the alternatives for one operation."""
        return requirements(auto_schema.method)
