"""OAuth2 clients."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from oauth2_provider.models import AbstractApplication
from oauth2_provider.settings import oauth2_settings

LOOPBACK = re.compile(r"\A(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?=[/?]|\Z)")


class Application(AbstractApplication):
    """A client. It gets tokens for its own scopes only."""

    authorization_grant_type = models.CharField(
        max_length=44,
        choices=[
            (AbstractApplication.GRANT_AUTHORIZATION_CODE, "Authorization code"),
            (AbstractApplication.GRANT_CLIENT_CREDENTIALS, "Client credentials"),
        ],
    )
    scopes = models.TextField(
        default="openid profile email api:read", blank=True, help_text="What it may ask for, separated by spaces."
    )

    def clean(self) -> None:
        super().clean()
        if unknown := set(self.scopes.split()) - set(oauth2_settings.SCOPES):
            raise ValidationError({"scopes": f"Unknown scopes: {', '.join(sorted(unknown))}."})
        if not all(uri.startswith("https://") or LOOPBACK.match(uri) for uri in self.redirect_uris.split()):
            raise ValidationError({"redirect_uris": "Use https, or http with 127.0.0.1 or [::1] for native apps."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the secret as a hash, and have ID tokens signed such that the published keys verify them."""
        self.algorithm, self.hash_client_secret = self.RS256_ALGORITHM, True
        super().save(*args, **kwargs)

    def get_allowed_schemes(self) -> list[str]:
        return ["https", "http"]

    def allows_redirect_to(self, uri: str) -> bool:
        """Compare as text (RFC 9700, 4.1.3), but for the port of a loopback address (RFC 8252, 7.3)."""
        return without_port(uri) in map(without_port, self.redirect_uris.split())


def without_port(uri: str) -> str:
    """Return a URI on a loopback address without its port; any other as it is."""
    return LOOPBACK.sub(r"\1", uri)
