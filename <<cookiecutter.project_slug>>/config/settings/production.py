"""Production: refuses to start on a missing or weak variable, then assumes HTTPS everywhere."""

from config.settings.env import env
from config.settings.required import require_production_variables

require_production_variables()

from config.settings.base import *  # only once the environment is known to be good
from config.settings.cache import CACHES
from config.settings.logging import logging_config
from config.settings.security import CSRF_COOKIE_DOMAIN

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
# Former keys, newest first: what they signed stays valid until they are removed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Health probes and Prometheus speak plain HTTP from inside the network.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=True)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=True)
# By these names browsers know that a neighbouring subdomain, or plain HTTP, cannot have set the cookie.
if SESSION_COOKIE_SECURE:
    SESSION_COOKIE_NAME = "__Host-sessionid"
if CSRF_COOKIE_SECURE:
    CSRF_COOKIE_NAME = "__Secure-csrftoken" if CSRF_COOKIE_DOMAIN else "__Host-csrftoken"
# A cache in each process's own memory would keep a session alive in one after its logout in another.
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    # Only behind a proxy that always sets this header itself.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logging_config(json=True)
