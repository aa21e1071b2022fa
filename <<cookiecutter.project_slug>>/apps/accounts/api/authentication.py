"""Authentication classes for Django REST framework."""

from typing import Any

# % if "session" in cookiecutter.auth
from drf_spectacular import authentication as schemes

# % endif -
from rest_framework import authentication, exceptions
from rest_framework.request import Request

# % if "jwt" in cookiecutter.auth
from apps.accounts import tokens

# % endif -
from apps.accounts.models import User


# % if "jwt" in cookiecutter.auth
class JWTAuthentication(authentication.TokenAuthentication):
    """Bearer tokens from log-in and refresh. Costs one query, for the user."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        authenticated = tokens.authenticate(key)
        if authenticated is None:
            raise exceptions.AuthenticationFailed(tokens.INVALID_TOKEN)
        return authenticated

    def authenticate_header(self, request: Request) -> str:
        has_token = authentication.get_authorization_header(request).lower().startswith(b"bearer")
        return f'{tokens.CHALLENGE}, error="invalid_token"' if has_token else tokens.CHALLENGE


# % endif
# % if "session" in cookiecutter.auth
class SessionAuthentication(authentication.SessionAuthentication):
    """The session cookie, with the CSRF token on unsafe methods."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied("The CSRF token is missing or incorrect.", code="csrf_failed") from error

    def authenticate_header(self, request: Request) -> str:
        """Return a challenge, without which DRF answers 403; `Basic` would open the browser's dialog."""
        return 'Session realm="api"'


class SessionScheme(schemes.SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "apps.accounts.api.authentication.SessionAuthentication"
    name = "SessionAuth"


# % endif
class AuthenticatedRequest(Request):
    """A request that has passed IsAuthenticated."""

    user: User
