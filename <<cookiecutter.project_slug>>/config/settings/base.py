"""Settings shared by all environments."""

import os
from zoneinfo import ZoneInfo

from django.templatetags.static import static

from config.settings.auth import *
from config.settings.auth import SOCIAL_LOGIN_PROVIDERS
from config.settings.cache import *

# % if cookiecutter.use_celery -
from config.settings.celery import *

# % endif -
from config.settings.database import *

# % if "drf" in cookiecutter.api -
from config.settings.drf import *

# % endif -
from config.settings.email import *
from config.settings.env import BASE_DIR, env
from config.settings.logging import *

# % if "oauth2" in cookiecutter.auth -
from config.settings.oauth2 import *
from config.settings.oauth2_provider import *

# % endif -
from config.settings.security import *
from config.settings.storage import *

# A name server that is silent costs 2 s, not 10: no other time limit covers looking up a host.
os.environ.setdefault("RES_OPTIONS", "timeout:1 attempts:2")

PROJECT_NAME = "<<cookiecutter.__string_name>>"
PROJECT_DESCRIPTION = "<<cookiecutter.__string_description>>"
DOMAIN_NAME = "<<cookiecutter.domain_name>>"
# % if cookiecutter.use_example
CURRENCY = "EUR"
# % endif
# Of pages, e-mails and the admin. The logo is static/favicon.svg.
BRAND_COLOR = "#7e22ce"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "config.admin.AdminConfig",  # django.contrib.admin with the project's own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "guardian",
    # % if "drf" in cookiecutter.api
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    # % endif
    # % if "ninja" in cookiecutter.api
    "ninja",
    # % endif
    "apps.api",
    "apps.cache",
    "apps.database",
    "apps.demo",
    "apps.observability",
    "apps.pages",
    "apps.security",
    # % if cookiecutter.use_celery
    "apps.outbox",
    # % endif
    "apps.accounts",  # before the libraries below, whose templates it replaces
    "axes",
    # % if "oauth2" in cookiecutter.auth
    "apps.oauth2.provider",  # before allauth and the toolkit, whose templates it replaces
    "oauth2_provider",
    "django.contrib.humanize",  # for allauth's pages
    # % endif
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",  # always, as its tables must not come and go with an environment variable
    *(f"allauth.socialaccount.providers.{name}" for name in SOCIAL_LOGIN_PROVIDERS),
    # % if cookiecutter.use_example
    "apps.idempotency",
    "apps.catalog",
    "apps.orders",
    "apps.notifications",
    # % endif
    # Yours below
]

MIDDLEWARE = [
    "apps.observability.middleware.request_context",
    "apps.observability.middleware.timing",
    "apps.api.middleware.api_errors",
    # Headers of every response: before what answers by itself.
    "apps.security.middleware.security_headers",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.observability.health.accept_probes",  # before the first that looks at the Host header
    "corsheaders.middleware.CorsMiddleware",
    "apps.security.middleware.limit_body",  # before the first that reads the body
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # allauth swaps request.user and request.session inside it.
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.MalformedInputMiddleware",
    # % if "oauth2" in cookiecutter.auth
    "apps.oauth2.provider.middleware.MalformedInputMiddleware",
    "apps.oauth2.provider.middleware.log_in_forms",
    # % endif
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.pages.branding.brand",
            ]
        },
    }
]

TIME_ZONE = env.str("TIME_ZONE", default="UTC")
try:
    ZoneInfo(TIME_ZONE)
except (KeyError, OSError, ValueError):
    env.problems["TIME_ZONE"] = "must be a time zone such as Europe/Berlin"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Queries per request, authentication included: tests fail above it.
QUERY_BUDGET = 5

# Versions of the API: namespaces in config/urls.py.
API_VERSIONS = [
    "v1",
    # % if cookiecutter.api == "drf+ninja"
    "v2",
    # % endif
]

# First parts of all other paths in config/urls.py.
taken = [
    *("__debug__", "__mail__", "_allauth", "accounts", "api", "health", "media", "metrics", "static"),
    # % if "oauth2" in cookiecutter.auth
    "oauth2",
    # % endif
    # Yours below
]
admin_path = (
    rf"/?(?!({'|'.join(taken)})(/|$))(?!\.)[A-Za-z0-9_.~-]+(/(?!\.)[A-Za-z0-9_.~-]+)*/?",
    "a path such as admin/ that nothing else uses",
)
ADMIN_URL = env.str("ADMIN_URL", "admin/", admin_path).strip("/") + "/"
UNFOLD = {
    "SITE_TITLE": PROJECT_NAME,
    "SITE_HEADER": PROJECT_NAME,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}],
    "SITE_ICON": lambda request: static("favicon.svg"),
    "STYLES": [lambda request: static("admin.css")],
    "SIDEBAR": {"navigation": "config.admin.navigation"},
    "DASHBOARD_CALLBACK": "config.admin.dashboard",
    "COLORS": {"primary": {"600": BRAND_COLOR}},  # static/admin.css has the other shades
}

# The site goes on without these: they fail /health/ready/ only if READINESS_REQUIRES names them.
DISPENSABLE_PARTS = [
    "cache",
    # % if cookiecutter.use_celery
    "broker",
    # % endif
]
READINESS_REQUIRES = env.list("READINESS_REQUIRES", ("|".join(DISPENSABLE_PARTS), " or ".join(DISPENSABLE_PARTS)))

# The web server, configured in config/gunicorn.py.
PORT = env.int("PORT", default=0, maximum=65_535)
HEALTH_PORT = env.int("HEALTH_PORT", default=0, maximum=65_535)
if HEALTH_PORT and (PORT or 8000) == HEALTH_PORT:
    env.problems["HEALTH_PORT"] = "must not be the port of the site"
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2, minimum=1, maximum=1000)
WEB_THREADS = env.int("WEB_THREADS", default=4, minimum=1, maximum=1000)
WEB_ASGI = env.bool("WEB_ASGI", default=False)
