"""Security settings; those that need HTTPS are in `production`."""

from corsheaders.defaults import default_headers
from django.utils.csp import CSP

from config.settings.auth import HEADLESS_CLIENTS
from config.settings.env import HOST, ORIGIN, env

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ANONYMOUS_USER_NAME = None  # no row in the database for anonymous users
GUARDIAN_MONKEY_PATCH_USER = False

SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# On every response (apps.security.middleware.security_headers).
SECURITY_HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
# The admin's theme needs more (config.admin).
ADMIN_CSP: dict[str, list[str]] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],  # Alpine.js evaluates expressions in attributes
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],  # related objects open in a frame
}

# The largest request body: of JSON and forms, and of anything else (apps.security.middleware.limit_body).
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("DATA_UPLOAD_MAX_MEMORY_SIZE", default=2_621_440, minimum=1)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10_485_760, minimum=1)

# Pages of these origins may call the API and allauth from a browser.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", ORIGIN)
CORS_URLS_REGEX = r"^/(api|_allauth)/"
CORS_ALLOW_HEADERS = [*default_headers, "x-request-id", "x-session-token"]
CORS_EXPOSE_HEADERS = [
    "Location",
    "Retry-After",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Request-ID",
    "X-Response-Time",
]
# % if cookiecutter.use_example
CORS_ALLOW_HEADERS += ["idempotency-key"]
CORS_EXPOSE_HEADERS += ["Idempotency-Replayed"]
# % endif
# With sessions cookies are sent too, by pages of the same site only (SameSite=Lax).
CORS_ALLOW_CREDENTIALS = "browser" in HEADLESS_CLIENTS
# example.com lets the scripts of app.example.com read the CSRF token. Empty: this host only.
CSRF_COOKIE_DOMAIN = env.str("CSRF_COOKIE_DOMAIN", kind=HOST) or None

# Requests per user, and per IP address of anonymous clients.
RATE = (r"[1-9][0-9]{0,8}/(s|sec|m|min|h|hour|d|day)", "a rate such as 60/min")
THROTTLE_RATES = {
    "anon": env.str("THROTTLE_ANON", "60/min", RATE),
    "public": env.str("THROTTLE_PUBLIC", "300/min", RATE),  # endpoints that need no authentication
    "user": env.str("THROTTLE_USER", "600/min", RATE),
}

# The number of proxies that append to X-Forwarded-For; with 0 the header is ignored.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0, maximum=10)
