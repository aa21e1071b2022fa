"""What the API takes for access tokens of OAuth2, and those of an outside identity provider."""

from typing import Any

from config.settings.auth import SOCIALACCOUNT_PROVIDERS
from config.settings.env import env

# What accepts access tokens for the API, in this order.
OAUTH2_TOKENS: list[str] = []
# For the OpenAPI document.
OAUTH2_FLOWS: dict[str, Any] = {}

# An outside identity provider: apps/oauth2/external.py
issuer = env.url("OIDC_ISSUER", "https://")
OIDC_ISSUER = issuer.text if issuer else ""
OIDC_AUDIENCE = env.str("OIDC_AUDIENCE")
# Off: a token of somebody without an account is refused.
OIDC_CREATE_USERS = env.bool("OIDC_CREATE_USERS", default=False)
# The provider of its social accounts: where people also log in with it in a browser, that of the social log-in.
social_apps = SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
social_servers = [app["settings"]["server_url"].partition("/.well-known/")[0].rstrip("/") for app in social_apps]
OIDC_PROVIDER = "oidc" if OIDC_ISSUER.rstrip("/") in social_servers else OIDC_ISSUER
if OIDC_ISSUER:
    env.require("OIDC_AUDIENCE")
    OAUTH2_TOKENS += ["apps.oauth2.external.authenticate"]
