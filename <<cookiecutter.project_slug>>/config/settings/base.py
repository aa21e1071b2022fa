"""Settings that hold everywhere. What a deployment may change comes from the environment."""

from email.utils import formataddr

from django.templatetags.static import static

# Each setting is in the module that its name suggests; grep finds it there.
from config.settings.auth import *
from config.settings.auth import AUTH_APPS
from config.settings.cache import *
from config.settings.database import *
from config.settings.database import REPLICA_MIDDLEWARE
from config.settings.email import mailer
from config.settings.env import BASE_DIR, env
from config.settings.logging import *
from config.settings.security import *
from config.settings.storage import *

# In the admin, the API's documents, on the landing page and in mail.
PROJECT_NAME = "<<cookiecutter.__string_name>>"
PROJECT_DESCRIPTION = "<<cookiecutter.__string_description>>"
DOMAIN_NAME = "<<cookiecutter.domain_name>>"

# % if cookiecutter.use_celery
from config.settings.celery import *

# % endif
# % if "drf" in cookiecutter.api
from config.settings.drf import *

# % endif
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
    "apps.idempotency",
    "apps.observability",
    "apps.pages",
    "apps.security",
    # % if cookiecutter.use_celery
    "apps.outbox",
    # % endif
    "apps.accounts",
    *AUTH_APPS,  # after apps.accounts, whose templates come first
    # % if cookiecutter.use_example
    "apps.catalog",
    "apps.orders",
    "apps.notifications",
    # % endif
]

MIDDLEWARE = [
    "apps.observability.middleware.request_context",
    "apps.observability.middleware.timing",
    "apps.api.middleware.api_errors",
    "apps.api.middleware.api_methods",
    *REPLICA_MIDDLEWARE,  # around the sessions, which are read and written too
    "django.middleware.security.SecurityMiddleware",
    "apps.security.middleware.security_headers",  # before what answers by itself
    "apps.observability.health.accept_probes",  # before the first that looks at the Host header
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # allauth swaps request.user and request.session inside it.
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.MalformedInputMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ]
        },
    }
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# % if "oauth2" in cookiecutter.auth
# Where a developer's machine keeps the key that it makes for itself: see apps/oauth2/keys.py.
OIDC_LOCAL_KEY = BASE_DIR / ".local" / "oidc.pem"

# % endif
MAILERS = {"default": mailer(env.str("EMAIL_URL", default="consolemail://"))}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((PROJECT_NAME, f"noreply@{DOMAIN_NAME}")))

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# A request should need no more queries than this, authentication included: the tests fail on one that does.
QUERY_BUDGET = 5

# The versions of the API that config/urls.py mounts, each as a namespace of that name.
API_VERSIONS = [
    "v1",
    # % if cookiecutter.api == "drf+ninja"
    "v2",
    # % endif
]

ADMIN_URL = env.str("ADMIN_URL", default="admin/")
UNFOLD = {
    "SITE_TITLE": PROJECT_NAME,
    "SITE_HEADER": PROJECT_NAME,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}],
}

# Bearer token with which Prometheus reads /metrics. Empty: outside development there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Errors and traces to Sentry (the extra `sentry`): empty is off.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
SENTRY_RELEASE = env.str("SENTRY_RELEASE", default="")
SENTRY_TRACES_SAMPLE_RATE = env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0)
# Traces to an OpenTelemetry collector (the extra `otel`, which reads the variable too): empty is off.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="<<cookiecutter.project_slug>>")

# gunicorn: processes and threads in each. config.asgi instead of config.wsgi serves views that wait long.
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)
WEB_ASGI = env.bool("WEB_ASGI", default=False)
