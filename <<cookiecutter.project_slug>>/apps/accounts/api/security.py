"""Authentication classes for Django Ninja."""

from django.http import HttpRequest
from ninja import (
    security,
    # % if "session" in cookiecutter.auth
    utils,
    # % endif
)
from ninja.errors import HttpError

# % if "jwt" in cookiecutter.auth
from apps.accounts import tokens

# % endif -
from apps.accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """A request that one of the authentication classes has accepted."""

    user: User


class AuthError(HttpError):
    """A 401 or 403 with its error code and `WWW-Authenticate` challenge."""

    def __init__(self, status: int, code: str, message: str, *, challenge: str = "") -> None:
        super().__init__(status, message)
        self.code = code
        self.headers = {"WWW-Authenticate": challenge} if challenge else {}


# % if "jwt" in cookiecutter.auth
class JWTAuth(security.HttpBearer):
    """Bearer tokens from log-in and refresh. Costs one query, for the user."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        authenticated = tokens.authenticate(token.strip())
        if authenticated is None:
            raise invalid_token()
        request.user = authenticated[0]
        return authenticated[0]


def invalid_token() -> AuthError:
    """Return the 401 for a malformed, unknown, expired or revoked token."""
    challenge = f'{tokens.CHALLENGE}, error="invalid_token"'
    return AuthError(401, "authentication_failed", tokens.INVALID_TOKEN, challenge=challenge)


# % endif
# % if "session" in cookiecutter.auth
class SessionAuth(security.SessionAuth):
    """The session cookie, with the CSRF token on unsafe methods."""

    def __call__(self, request: HttpRequest) -> User | None:
        if not isinstance(request.user, User):
            return None
        if utils.check_csrf(request) is not None:
            raise AuthError(403, "csrf_failed", "The CSRF token is missing or incorrect.")
        return request.user


# % endif
def not_authenticated(request: HttpRequest) -> None:
    """Raise the 401 for a request without credentials: the last entry of `auth`."""
    # % if "jwt" not in cookiecutter.auth
    challenge = 'Session realm="api"'
    # % endif
    # % if "jwt" in cookiecutter.auth
    challenge = tokens.CHALLENGE
    # % endif
    raise AuthError(401, "not_authenticated", "Authentication credentials were not provided.", challenge=challenge)
