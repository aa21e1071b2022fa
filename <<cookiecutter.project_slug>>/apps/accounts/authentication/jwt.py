"""First-party JSON Web Tokens, which allauth hands out at log-in and refresh."""

from typing import Any, cast

from allauth.headless.tokens.strategies.jwt.internal import validate_access_token
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.accounts.authentication.base import Identity, Method
from apps.accounts.authentication.bearer import bearer_token, challenge, invalid_token
from apps.accounts.models import User
from apps.accounts.tokens import under_current_key


class JWTMethod(Method):
    """Queries: the user; with JWT_STATEFUL also the session that the token came from."""

    def authenticate(self, request: HttpRequest) -> Identity | None:
        """Return the token's user. Raises AuthError (401) for a bad one: a cookie cannot make up for it."""
        token = bearer_token(request)
        if token is None:
            return None
        user = load_user(token)
        if user is None:
            raise invalid_token(request)
        return Identity(user, "jwt")

    def challenge(self, request: HttpRequest) -> str:
        """Return the bearer challenge."""
        return challenge(request)

    def schemes(self) -> dict[str, dict[str, Any]]:
        """Return the bearer scheme."""
        return {"jwtAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def load_user(token: str) -> User | None:
    """Return the active user of a valid access token, else None.

    allauth's own classes check neither: they hand on a lazy user, so a deactivated one gets in and
    a deleted one is a 500 in the view.
    """
    try:
        validated = validate_access_token(under_current_key(token))
    except ValidationError:  # a user id of another kind, as after a change of the primary key
        return None
    if validated is None:
        return None
    user = cast("User", validated[0])
    try:
        return user if user.is_active else None
    except User.DoesNotExist:
        return None
