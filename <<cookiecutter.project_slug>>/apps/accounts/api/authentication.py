"""How API clients prove who they are."""

from typing import Any

from drf_spectacular.authentication import SessionScheme as SpectacularSessionScheme
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from apps.accounts.models import User


class SessionAuthentication(authentication.SessionAuthentication):
    """The session cookie, with CSRF protection. A missing one is a 401, as with every other method."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(str(error.detail), code="csrf_failed") from error


class SessionScheme(SpectacularSessionScheme):  # type: ignore[no-untyped-call]  # a hook without types
    """Documents SessionAuthentication."""

    target_class = "apps.accounts.api.authentication.SessionAuthentication"


class AuthenticatedRequest(Request):
    """A request that has passed IsAuthenticated: its user is one of ours."""

    user: User
