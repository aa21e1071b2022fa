"""How API clients prove who they are, for Django Ninja."""

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from apps.accounts.models import User
from apps.core.errors import ApiError
from apps.core.throttling import count_user


class AuthenticatedRequest(HttpRequest):
    """A request that one of the classes below has accepted: its user is one of ours."""

    user: User


class CsrfFailed(ApiError):  # noqa: N818 - named for what happened
    """The session cookie came without a valid CSRF token."""

    status = 403

    def __init__(self) -> None:
        super().__init__("csrf_failed", "CSRF Failed: the token is missing or wrong.")


class SessionAuth(AuthBase):
    """The session cookie, with CSRF protection."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        """Return the signed-in user, or None.

        Raises:
            Throttled: the user sends too many requests.
            CsrfFailed: the request would change something and has no valid token.
        """
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise CsrfFailed
        count_user(user.pk)
        return user
