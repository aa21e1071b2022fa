"""First-party JSON Web Tokens."""

from typing import TYPE_CHECKING, Any, cast

import jwt
from allauth.core.internal.httpkit import get_authorization_credential
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

CHALLENGE = 'Bearer realm="api"'
INVALID_TOKEN = "The token is invalid or has expired."  # noqa: S105 - a message
LOCK_SECONDS = 60  # longer than any request


class TokenStrategy(JWTTokenStrategy):
    """allauth's token strategy, with refresh tokens for one use and access tokens that end with the password."""

    def get_claims(self, user: "AbstractBaseUser") -> dict[str, Any]:
        return {"auth": user.get_session_auth_hash()}

    def _get_access_token(self, request: HttpRequest) -> dict[str, Any] | None:
        token = get_authorization_credential(request, "Bearer")
        validated = internal.validate_access_token(under_current_key(token)) if token else None
        return validated.payload if validated else None

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return a new access and refresh token, or None for an invalid token.

        Using a token for the second time ends its session (RFC 9700, 4.14.2). The lock makes up for allauth, which
        reads and saves the session without one.
        """
        token = under_current_key(refresh_token)
        payload = internal.decode_token(token, "refresh")
        if payload is None or not cache.add(lock := f"refresh-token:{payload['jti']}", "", LOCK_SECONDS):
            return None
        try:
            pair: tuple[str, str] | None = super().refresh_token(token)
            if pair is None and (session := internal.get_token_session(payload)):
                session.flush()
        finally:
            cache.delete(lock)
        return pair


def authenticate(access_token: str) -> tuple[User, dict[str, Any]] | None:
    """Return the active user and the payload of a valid access token, else None. Costs one query."""
    try:
        validated = internal.validate_access_token(under_current_key(access_token))
        if validated is None:
            return None
        user, payload = cast("User", validated.user), validated.payload  # the user is loaded lazily
        current = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    except (ValidationError, User.DoesNotExist):  # the subject is not a primary key, or not that of a user
        return None
    if not user.is_active or not any(constant_time_compare(payload.get("auth", ""), value) for value in current):
        return None
    return user, payload


def under_current_key(token: str) -> str:
    """Return a token that one of JWT_PRIVATE_KEY_FALLBACKS signed as the current key would have signed it.

    allauth supports one key at a time. Any other token is returned unchanged, valid or not.
    """
    algorithm = settings.HEADLESS_JWT_ALGORITHM
    for former in settings.JWT_PRIVATE_KEY_FALLBACKS:
        try:
            # allauth checks the expiry, as of every token.
            payload = jwt.decode(token, verifying(former), algorithms=[algorithm], options={"verify_exp": False})
        except jwt.PyJWTError:
            continue
        return jwt.encode(payload, settings.HEADLESS_JWT_PRIVATE_KEY or settings.SECRET_KEY, algorithm=algorithm)
    return token


def verifying(key: str) -> Any:
    """Return the key that verifies signatures of `key`: the key itself, or the public half of an RSA key."""
    prepared = jwt.get_algorithm_by_name(settings.HEADLESS_JWT_ALGORITHM).prepare_key(key)
    return prepared.public_key() if hasattr(prepared, "public_key") else prepared
