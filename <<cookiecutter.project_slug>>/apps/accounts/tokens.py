"""First-party tokens: allauth's, except that a refresh token can only be used once."""

import hashlib

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy
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
        pair: tuple[str, str] | None = super().refresh_token(refresh_token)
        return pair
