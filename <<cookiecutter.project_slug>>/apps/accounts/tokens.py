"""First-party tokens: allauth's, except that a refresh token can only be used once, and that keys can be rotated."""

import hashlib
from typing import Any

import jwt
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy
from django.conf import settings
from django.core.cache import cache

# Longer than any request; from then on the session itself knows that the token is spent.
LOCK_SECONDS = 60


class TokenStrategy(JWTTokenStrategy):
    """What HEADLESS_TOKEN_STRATEGY names."""

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return a new access and refresh token; None for a token that is not good, or being used at this moment.

        allauth reads the session, changes and saves it without a lock: of four requests at once with the same token
        two got through.
        """
        digest = hashlib.sha256(refresh_token.encode()).hexdigest()
        if not cache.add(f"refresh-token:{digest}", "used", LOCK_SECONDS):
            return None
        pair: tuple[str, str] | None = super().refresh_token(under_current_key(refresh_token))
        return pair


def under_current_key(token: str) -> str:
    """Return a token that one of JWT_PRIVATE_KEY_FALLBACKS signed as the current key would have signed it.

    allauth knows one key at a time. Any other token comes back as it is, good or bad.
    """
    algorithm = settings.HEADLESS_JWT_ALGORITHM
    for former in settings.JWT_PRIVATE_KEY_FALLBACKS:
        try:
            # When it expires is allauth's to check, as for every token.
            payload = jwt.decode(token, verifying(former), algorithms=[algorithm], options={"verify_exp": False})
        except jwt.PyJWTError:
            continue
        return jwt.encode(payload, settings.HEADLESS_JWT_PRIVATE_KEY or settings.SECRET_KEY, algorithm=algorithm)
    return token


def verifying(key: str) -> Any:
    """Return what verifies what `key` signed: the key itself, or the public half of an RSA key."""
    prepared = jwt.get_algorithm_by_name(settings.HEADLESS_JWT_ALGORITHM).prepare_key(key)
    return prepared.public_key() if hasattr(prepared, "public_key") else prepared
