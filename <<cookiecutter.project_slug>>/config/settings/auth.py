"""Accounts: sign-up, log-in, e-mail verification, password reset, MFA and social log-in, by django-allauth."""

from datetime import timedelta
from typing import Any

# % if "jwt" in cookiecutter.auth
import jwt

# % endif
from config.settings.env import HOST, ORIGIN, env, is_installed

AUTH_USER_MODEL = "accounts.User"

# allauth's backend extends Django's ModelBackend, beside which every wrong password would be hashed twice.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Headless
HEADLESS_ONLY = True
HEADLESS_SERVE_SPECIFICATION = True  # /_allauth/openapi.json; config/urls.py has its page
HEADLESS_CLIENTS = [
    # % if "session" in cookiecutter.auth
    "browser",  # cookie and CSRF token
    # % endif
    # % if "jwt" in cookiecutter.auth
    "app",  # tokens in headers, no cookie
    # % endif
]
# Pages of the frontend that mails and social log-ins point to. Empty: paths on this host.
FRONTEND = (rf"{ORIGIN[0]}(/[\w./~-]*)?", "an http: or https: URL")
FRONTEND_URL = env.str("FRONTEND_URL", kind=FRONTEND).rstrip("/")
HEADLESS_FRONTEND_URLS = {
    "account_signup": f"{FRONTEND_URL}/account/signup",
    "account_reset_password": f"{FRONTEND_URL}/account/password/reset",
    "socialaccount_login_error": f"{FRONTEND_URL}/account/provider/callback",
}
LOGIN_REDIRECT_URL = FRONTEND_URL or "landing"

# % if "jwt" in cookiecutter.auth
# JSON Web Tokens: the `app` client gets them at log-in, the API takes them as `Bearer`
HEADLESS_TOKEN_STRATEGY = "apps.accounts.tokens.TokenStrategy"  # noqa: S105 - a class
# For other services that verify our tokens: JWT_ALGORITHM=RS256 and a private key in PEM.
HEADLESS_JWT_ALGORITHM = env.str("JWT_ALGORITHM", "HS256", ("(HS|RS)(256|384|512)", "such as HS256 or RS256"))
# Empty: SECRET_KEY. Production requires a key of its own, so that either can be changed without the other.
HEADLESS_JWT_PRIVATE_KEY = env.key("JWT_PRIVATE_KEY")
# Former keys, whose tokens are still accepted: docs/security.md.
JWT_PRIVATE_KEY_FALLBACKS = env.keys("JWT_PRIVATE_KEY_FALLBACKS")


def is_signing_key(key: str) -> bool:
    """Return whether JWT_ALGORITHM can sign with the key, and RFC 7518, 3.3 allows it."""
    algorithm = jwt.get_algorithm_by_name(HEADLESS_JWT_ALGORITHM)
    try:
        prepared = algorithm.prepare_key(key)
        algorithm.sign(b"", prepared)
    except (AttributeError, TypeError, ValueError, jwt.PyJWTError):  # the first for a public key
        return False
    return getattr(prepared, "key_size", 2048) >= 2048


JWT_KEY = "must be for JWT_ALGORITHM: text for HS, a private key of at least 2048 bits for RS"
if not is_signing_key(HEADLESS_JWT_PRIVATE_KEY or "SECRET_KEY"):
    env.problems.setdefault("JWT_PRIVATE_KEY", JWT_KEY)
if not all(map(is_signing_key, JWT_PRIVATE_KEY_FALLBACKS)):
    env.problems.setdefault("JWT_PRIVATE_KEY_FALLBACKS", JWT_KEY)
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = env.int("JWT_ACCESS_TOKEN_SECONDS", default=300, minimum=1)
# A refresh token lives in its session, so more than SESSION_COOKIE_AGE has no effect.
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = env.int("JWT_REFRESH_TOKEN_SECONDS", default=14 * 24 * 60 * 60, minimum=1)
# Off: an access token outlives log-out until it expires. On: it ends with its session, for one more query a request.
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = env.bool("JWT_STATEFUL", default=False)

# % endif
# Accounts
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "apps.accounts.forms.SignupForm"

# Mandatory also keeps sign-up from revealing which e-mail addresses are taken.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Codes instead of links: they need no page, and link scanners cannot use them up.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# One e-mail address per account, replaced only once the new one is verified, after asking for the password again.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A mail for every change to password, e-mail address or second factor.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Counted in the default cache. "/ip": per client; "/key": per account and client.
LIMIT = "[1-9][0-9]{0,8}/([1-9][0-9]{0,4})?[smhd]/(ip|key)"
RATES = (f"{LIMIT}(,{LIMIT})*", "rates such as 10/m/ip,5/5m/key")
ACCOUNT_RATE_LIMITS = {
    "login": env.str("LOGIN_RATE", "30/m/ip", RATES),
    "login_failed": env.str("LOGIN_FAILED_RATE", "10/m/ip,5/5m/key", RATES),
    "signup": env.str("SIGNUP_RATE", "20/m/ip", RATES),
}

# Repeated failures lock a client out of an account. By account alone, any visitor could lock its owner out.
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=10, minimum=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES", default=60, minimum=1, maximum=525_600))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "apps.accounts.lockout.username"
AXES_CLIENT_IP_CALLABLE = "apps.security.client_ip.client_ip"
AXES_LOCKOUT_CALLABLE = "apps.accounts.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "email", "login", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the table would grow without end
AXES_VERBOSE = False

# Second factors and passkeys
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "<<cookiecutter.__string_name>>"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way: clocks of phones drift
# The frontend's domain or a parent of it; empty: this host. Changing it makes every registered passkey useless.
WEBAUTHN_DOMAIN = env.str("WEBAUTHN_DOMAIN", kind=HOST)

# Social log-in: SOCIAL_LOGIN_PROVIDERS=google,github needs GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GITHUB_CLIENT_ID, …
providers = env.list("SOCIAL_LOGIN_PROVIDERS")
# The first lets anybody log in as anybody; the others are bases, or need more than an ID and a secret.
left_out = {"dummy", "base", "oauth", "oauth2", "openid", "saml", "steam"}
SOCIAL_LOGIN_PROVIDERS = [
    name
    for name in dict.fromkeys(providers)
    if name not in left_out and is_installed(f"allauth.socialaccount.providers.{name}.provider")
]
if set(providers) != set(SOCIAL_LOGIN_PROVIDERS):
    env.problems["SOCIAL_LOGIN_PROVIDERS"] = "must be providers of django-allauth that need an ID and a secret"


def social_provider(name: str) -> dict[str, Any]:
    """Return allauth's settings for one provider."""
    prefix = name.upper()
    env.require(f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET")
    app: dict[str, Any] = {"client_id": env.str(f"{prefix}_CLIENT_ID"), "secret": env.str(f"{prefix}_CLIENT_SECRET")}
    if name == "openid_connect":  # any OpenID Connect server: Keycloak, Entra ID, Okta, Auth0, …
        env.require(f"{prefix}_SERVER_URL")
        server_url = env.url(f"{prefix}_SERVER_URL", "https://", "http://")
        app |= {
            "provider_id": "oidc",
            "name": env.str(f"{prefix}_NAME", default="Single sign-on"),
            "settings": {"server_url": server_url.text if server_url else ""},
        }
    return {"APPS": [app], "OAUTH_PKCE_ENABLED": True}


SOCIALACCOUNT_PROVIDERS = {name: social_provider(name) for name in SOCIAL_LOGIN_PROVIDERS}
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAccountAdapter"
