"""allauth's OpenID Connect provider with the API's scopes and keys that rotate."""

import secrets
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import PrivateKey
from django.utils.translation import gettext_lazy as _

from apps.oauth2.keys import private_keys

READ_SCOPE = "api:read"
WRITE_SCOPE = "api:write"
API_SCOPES = {READ_SCOPE: _("Read your data"), WRITE_SCOPE: _("Change your data")}


class OIDCAdapter(DefaultOIDCAdapter):
    """What IDP_OIDC_ADAPTER names."""

    # What the consent page asks for.
    scope_display = {**DefaultOIDCAdapter.scope_display, **API_SCOPES}

    def generate_client_secret(self) -> str:
        """Return a secret that shells, forms and URLs take as it is; allauth's own has `&`, `%` and `$` in it."""
        return secrets.token_urlsafe(48)

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Announce the API's scopes in /.well-known/openid-configuration."""
        data["scopes_supported"] = [*data["scopes_supported"], *API_SCOPES]

    def list_private_keys(self, **filters: Any) -> list[PrivateKey]:
        """Return the keys, none of which has a date: the first signs, all are published and verify.

        To rotate, append the new key to OIDC_PRIVATE_KEY, an hour later (clients cache the published keys that long)
        move it to the front, and drop the old one when the last ID token it signed has expired.
        """
        return [PrivateKey(pem=pem) for pem in private_keys()]
