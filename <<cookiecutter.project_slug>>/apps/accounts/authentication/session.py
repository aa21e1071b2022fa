"""Django's session cookie, with the CSRF token on every unsafe request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from apps.accounts.authentication.base import SAFE_METHODS, AuthError, Identity, Method
from apps.accounts.models import User


class SessionMethod(Method):
    """Queries: the session (none with a cached session backend) and the user."""

    def authenticate(self, request: HttpRequest) -> Identity | None:
        """Return the session's user. Raises AuthError (403 `csrf_failed`) if the CSRF token is missing or wrong."""
        user = request.user
        if not isinstance(user, User):
            return None
        # After the user: an anonymous request is told to authenticate, not that its CSRF token is missing.
        if not passes_csrf(request):
            raise AuthError(403, "csrf_failed", "The CSRF token is missing or incorrect.")
        return Identity(user, "session")

    def challenge(self, request: HttpRequest) -> str:
        """Return a scheme of our own: cookies have no registered one, and `Basic` would open the browser's dialog."""
        return 'Session realm="api"'

    def schemes(self) -> dict[str, dict[str, Any]]:
        """Return the cookie and the header that goes with it."""
        return {
            "sessionAuth": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            "csrfToken": {
                "type": "apiKey",
                "in": "header",
                "name": "X-CSRFToken",
                "description": f"The value of the `{settings.CSRF_COOKIE_NAME}` cookie.",
            },
        }

    def requirement(self, http_method: str) -> dict[str, list[str]]:
        """Return the cookie alone for safe methods, both for the others."""
        if http_method.upper() in SAFE_METHODS:
            return {"sessionAuth": []}
        return {"sessionAuth": [], "csrfToken": []}


def passes_csrf(request: HttpRequest) -> bool:
    """Run Django's CSRF check, from which both frameworks exempt their views."""
    check = CsrfViewMiddleware(not_exempt)
    check.process_request(request)
    return check.process_view(request, not_exempt, (), {}) is None


def not_exempt(request: HttpRequest) -> HttpResponse:
    """Stand in for the view, which the check only asks whether it is exempt."""
    return HttpResponse()
