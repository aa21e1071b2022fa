"""The OAuth2 and OpenID Connect provider: apps/oauth2/provider."""

from django.utils.functional import lazy

from apps.oauth2.provider.keys import local_private_key, split_pem
from config.settings import oauth2
from config.settings.auth import FRONTEND_URL
from config.settings.auth import HEADLESS_FRONTEND_URLS as FRONTEND_URLS
from config.settings.env import BASE_DIR, env

OAUTH2_TOKENS = [*oauth2.OAUTH2_TOKENS, "apps.oauth2.provider.tokens.authenticate"]

# Log-in is allauth's own pages, at /accounts/.
HEADLESS_ONLY = False
LOGIN_URL = "account_login"
HEADLESS_FRONTEND_URLS = FRONTEND_URLS if FRONTEND_URL else {}

# RSA keys in PEM, in a row: the first signs ID tokens, all are published. Development makes one when it needs it.
OIDC_PRIVATE_KEY = env.key("OIDC_PRIVATE_KEY")
try:
    keys = split_pem(OIDC_PRIVATE_KEY) or [lazy(local_private_key, str)(BASE_DIR / ".local" / "oidc.pem")]
except ValueError:
    keys = [""]
    env.problems["OIDC_PRIVATE_KEY"] = (
        "must be RSA private keys of at least 2048 bits in PEM, such as openssl genpkey -algorithm RSA makes"
    )

# The scopes of the API, and of OpenID Connect, in the words of the consent page.
API_SCOPES = {"api:read": "Read your data", "api:write": "Change your data"}
SCOPES = {"openid": "Know who you are", "profile": "Know your name", "email": "Know your e-mail address", **API_SCOPES}
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2.Application"
OAUTH2_PROVIDER = {
    "APPLICATION_ADMIN_CLASS": "apps.oauth2.provider.admin.ApplicationAdmin",
    "OIDC_ENABLED": True,
    "OIDC_SERVER_CLASS": "apps.oauth2.provider.validator.Server",
    "OAUTH2_VALIDATOR_CLASS": "apps.oauth2.provider.validator.Validator",
    "OIDC_RSA_PRIVATE_KEY": keys[0],
    "OIDC_RSA_PRIVATE_KEYS_INACTIVE": keys[1:],
    "SCOPES": SCOPES,
    "DEFAULT_SCOPES": ["api:read"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.int("OIDC_ACCESS_TOKEN_SECONDS", default=3600, minimum=1),
    "ID_TOKEN_EXPIRE_SECONDS": 300,
    # Counted from the end of the access token that comes with it.
    "REFRESH_TOKEN_EXPIRE_SECONDS": env.int("OIDC_REFRESH_TOKEN_SECONDS", default=30 * 24 * 60 * 60, minimum=1),
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # What the metadata tells.
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "client_credentials", "refresh_token"],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": AUTH_METHODS,
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": AUTH_METHODS,
    # All of RFC 9700 that django-oauth-toolkit knows.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# For the OpenAPI document.
TOKEN_URL = "/oauth2/token/"  # noqa: S105 - a URL
OAUTH2_FLOWS = {
    "authorizationCode": {"authorizationUrl": "/oauth2/authorize/", "tokenUrl": TOKEN_URL, "scopes": API_SCOPES},
    "clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": API_SCOPES},
}
