"""Settings for production. Missing, weak or malformed variables raise ImproperlyConfigured, which names all of them."""

from config.settings.base import *
from config.settings.base import MIDDLEWARE
from config.settings.cache import CACHES
from config.settings.env import HOST, ORIGIN, env
from config.settings.logging import logging_config
from config.settings.security import CSRF_COOKIE_DOMAIN

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
# Former keys, newest first: what they signed stays valid.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", (rf"\.?{HOST[0]}", HOST[1]))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", (ORIGIN[0].replace("://", r"://(\*\.)?"), ORIGIN[1]))

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Health probes and Prometheus speak plain HTTP from inside the network.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=True)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=True)
# Browsers accept cookies with these names only from this host over HTTPS.
if SESSION_COOKIE_SECURE:
    SESSION_COOKIE_NAME = "__Host-sessionid"
if CSRF_COOKIE_SECURE:
    CSRF_COOKIE_NAME = "__Secure-csrftoken" if CSRF_COOKIE_DOMAIN else "__Host-csrftoken"
# With a cache per process, a session would survive its log-out in other processes.
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    # Only behind a proxy that always sets this header itself.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE = ["apps.security.middleware.lower_case_forwarded_proto", *MIDDLEWARE]

LOGGING = logging_config(json=True)

KEYS = [
    "SECRET_KEY",
    # % if "jwt" in cookiecutter.auth
    "JWT_PRIVATE_KEY",
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "OIDC_PRIVATE_KEY",
    # % endif
]
env.require("ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL", *KEYS)
# % if cookiecutter.use_celery
env.require("CELERY_BROKER_URL")
# % endif
env.require_strong(*KEYS, "SECRET_KEY_FALLBACKS", "METRICS_TOKEN")
# % if "jwt" in cookiecutter.auth
env.require_strong("JWT_PRIVATE_KEY_FALLBACKS")
# % endif
env.check()
