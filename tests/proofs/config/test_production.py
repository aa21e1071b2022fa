"""Production settings, each time in a process of their own: a process has its settings only once."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.settings.cache import CACHE_BACKENDS
from config.settings.env import BASE_DIR
from config.settings.required import REQUIRED

SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder with production settings and nothing in the environment but what is given."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG")
        if name in os.environ
    }
    return subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-W", "error", *arguments],
        cwd=BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


GOOD = dict.fromkeys(REQUIRED, SECRET) | {
    "ALLOWED_HOSTS": "example.com,www.example.com",
    "CACHE_URL": f"{next(iter(CACHE_BACKENDS))}://cache.example.com",
    "DATABASE_URL": "postgres://shop:db-password@db.example.com:5432/shop",
    "EMAIL_URL": "smtp+tls://mailer:mail-password@mail.example.com:587",
    # % if cookiecutter.use_celery
    "CELERY_BROKER_URL": "amqp://shop:broker-password@broker.example.com:5672/shop",
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "OIDC_PRIVATE_KEY": run("-c", "from apps.oauth2 import keys; print(keys.new_private_key().decode())").stdout,
    # % endif
}


def last_line(result: subprocess.CompletedProcess[str]) -> str:
    return result.stderr.strip().splitlines()[-1]


def test_the_deployment_check_passes_with_nothing_silenced() -> None:
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **GOOD)

    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout
    assert settings.SILENCED_SYSTEM_CHECKS == []


def test_starts_with_the_wsgi_and_the_asgi_entry_point() -> None:
    started = run("-W", "ignore:No directory at", "-c", "import config.wsgi, config.asgi", **GOOD)

    assert started.returncode == 0, started.stderr


def test_names_everything_that_is_missing_at_once() -> None:
    refused = run("manage.py", "check")

    assert refused.returncode != 0
    assert last_line(refused).endswith(
        "The environment is not ready for production: " + "; ".join(f"{name} is missing" for name in REQUIRED) + "."
    )


def test_names_everything_that_is_weak_at_once_and_shows_no_value() -> None:
    weak = {
        "SECRET_KEY": "django-insecure-changeme",
        "ALLOWED_HOSTS": "example.com,*",
        "DATABASE_URL": "db-password",
        "EMAIL_URL": " ",
    }

    refused = run("manage.py", "check", **weak)

    assert refused.returncode != 0
    assert (
        "SECRET_KEY is weak: use at least 50 random characters; ALLOWED_HOSTS must name hosts, not *; "
        "DATABASE_URL is not a URL; EMAIL_URL is missing"
    ) in last_line(refused)
    assert "changeme" not in refused.stdout + refused.stderr
    assert "db-password" not in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    "secret",
    ["x" * 60, "0123456789" * 4, "django-insecure-" + GOOD["SECRET_KEY"]],
    ids=["one character", "too short", "the generator's"],
)
def test_refuses_a_weak_secret_key(secret: str) -> None:
    refused = run("-c", "import config.settings.production", **{**GOOD, "SECRET_KEY": secret})

    assert refused.returncode != 0
    assert last_line(refused).endswith(
        "not ready for production: SECRET_KEY is weak: use at least 50 random characters."
    )
    assert secret not in refused.stderr


def test_is_not_debugging_and_trusts_no_proxy_unless_told() -> None:
    program = (
        "from config.settings import production as settings;"
        "print(settings.DEBUG, settings.SECURE_HSTS_SECONDS, hasattr(settings, 'SECURE_PROXY_SSL_HEADER'))"
    )

    assert run("-c", program, **GOOD, DEBUG="true").stdout == "False 31536000 False\n"
    changed = run("-c", program, **GOOD, TRUST_X_FORWARDED_PROTO="true", SECURE_HSTS_SECONDS="60")
    assert changed.stdout == "False 60 True\n"


def test_cookies_have_names_that_no_other_host_can_set() -> None:
    program = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)"
    )

    assert run("-c", program, **GOOD).stdout == "__Host-sessionid __Host-csrftoken None /\n"
    shared = run("-c", program, **GOOD, CSRF_COOKIE_DOMAIN="example.com", SESSION_COOKIE_SECURE="false")
    assert shared.stdout == "sessionid __Secure-csrftoken None /\n"


def test_a_short_token_for_the_metrics_is_refused() -> None:
    refused = run("-c", "import config.settings.production", **GOOD, METRICS_TOKEN="short")

    assert last_line(refused).endswith("METRICS_TOKEN is weak: use at least 50 random characters.")
