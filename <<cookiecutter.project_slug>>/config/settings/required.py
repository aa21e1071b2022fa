"""What production cannot start without. All that is wrong is said at once, not one restart at a time."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import env

INSECURE_PREFIX = "django-insecure-"


def secret_problem(value: str) -> str:
    """Return why `value` is too weak to sign with, or an empty string. The rule is Django's security.W009."""
    if len(value) < 50 or len(set(value)) < 5 or value.startswith(INSECURE_PREFIX):
        return "is weak: use at least 50 random characters"
    return ""


def hosts_problem(value: str) -> str:
    """Return why `value` is no list of exact host names, or an empty string."""
    if "*" in value.split(","):
        return "must name hosts, not *"
    return ""


def url_problem(value: str) -> str:
    """Return why `value` is no URL, or an empty string."""
    return "" if urlsplit(value).scheme else "is not a URL"


REQUIRED: dict[str, Callable[[str], str]] = {
    "SECRET_KEY": secret_problem,
    "ALLOWED_HOSTS": hosts_problem,
    "DATABASE_URL": url_problem,
    "EMAIL_URL": url_problem,
    # % if cookiecutter.use_celery
    "CELERY_BROKER_URL": url_problem,
    # % endif
    # % if "jwt" in cookiecutter.auth
    "JWT_PRIVATE_KEY": secret_problem,
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "OIDC_PRIVATE_KEY": secret_problem,
    "CACHE_URL": url_problem,  # the provider keeps authorization codes there
    # % endif
}


# What may be missing, but not weak.
OPTIONAL: dict[str, Callable[[str], str]] = {
    "METRICS_TOKEN": secret_problem,
}


def require_production_variables() -> None:
    """Raise ImproperlyConfigured that names every missing or weak variable; never their values."""
    problems = []
    for name, find_problem in {**REQUIRED, **OPTIONAL}.items():
        value = env.str(name, default="").strip()
        absent = "is missing" if name in REQUIRED else ""
        problem = find_problem(value) if value else absent
        if problem:
            problems.append(f"{name} {problem}")
    if problems:
        raise ImproperlyConfigured("The environment is not ready for production: " + "; ".join(problems) + ".")
