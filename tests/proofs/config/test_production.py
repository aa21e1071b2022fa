"""Production settings, each time in a process of their own: a process has its settings only once."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client, override_settings

from config.settings.cache import CACHE_BACKENDS
from config.settings.env import BASE_DIR
from proofs.config.loading import REQUIRED, SECRET, load, refusal


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


GOOD = REQUIRED | {
    "CACHE_URL": f"{next(iter(CACHE_BACKENDS))}cache.example.com",
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


def test_names_everything_that_is_missing_weak_or_misread_at_once_and_shows_no_value() -> None:
    wrong = {
        "SECRET_KEY": "django-insecure-changeme",
        "ALLOWED_HOSTS": "example.com,*",
        "DATABASE_URL": "db-password",
        "EMAIL_URL": " ",
        "LOG_LEVEL": "chatty",
        "WEB_CONCURRENCY": "many",
    }

    refused = run("manage.py", "check", **wrong)

    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    missing = REQUIRED.keys() - wrong.keys() | {"EMAIL_URL"}
    problems = dict.fromkeys(missing, "is missing") | {
        "SECRET_KEY": "is weak: use at least 50 random characters",
        "ALLOWED_HOSTS": "must be a list, separated by commas, each a host without scheme and port, such as example.com",
        "DATABASE_URL": "must be a URL that begins with postgres:// or postgresql:// or sqlite://",
        "LOG_LEVEL": "must be DEBUG, INFO, WARNING, ERROR or CRITICAL",
        "WEB_CONCURRENCY": "must be an integer from 1 to 1000",
    }
    told = "; ".join(f"{name} {problem}" for name, problem in sorted(problems.items()))
    assert line == f"Error: Invalid environment variables: {told}."


@pytest.mark.parametrize(
    ("email", "storage"),
    [
        ("anymail+postmark://", "s3://bucket?region=hunter2"),
        ("anymail+postmark://?token=hunter2", "gs://bucket?project=hunter2"),
        (
            "anymail+mailgun://?api_key=hunter2&sender_domian=mg.example.com",
            "azure://box?account_name=shop&key=hunter2",
        ),
    ],
)
def test_options_that_a_provider_does_not_take_stop_the_start(email: str, storage: str) -> None:
    given = {"EMAIL_URL": email, "STORAGE_URL": storage}
    if "uv sync" in refusal(**given):
        pytest.skip("an extra is not installed")

    refused = run("-W", "ignore", "manage.py", "check", **REQUIRED | given)

    problems = "; ".join(f"{name} has an option that is unknown or malformed, or lacks one" for name in given)
    assert refused.stderr.splitlines() == [f"Error: Invalid environment variables: {problems}."]


@pytest.mark.parametrize(
    "secret",
    ["x" * 60, "0123456789" * 4, "django-insecure-" + SECRET, "$" + "x" * 60],
    ids=["one character", "too short", "the generator's", "one character after a dollar"],
)
def test_refuses_a_weak_secret_key(secret: str) -> None:
    assert refusal(SECRET_KEY=secret) == (
        "Invalid environment variables: SECRET_KEY is weak: use at least 50 random characters."
    )


def test_a_key_that_begins_with_a_dollar_is_taken_as_it_is() -> None:
    assert f"${SECRET}" == load(SECRET_KEY=f"${SECRET}").SECRET_KEY


def test_is_not_debugging_and_trusts_no_proxy_by_default() -> None:
    usual = load(DEBUG="true")

    assert (usual.DEBUG, usual.SECURE_HSTS_SECONDS) == (False, 31_536_000)
    assert not hasattr(usual, "SECURE_PROXY_SSL_HEADER")
    changed = load(TRUST_X_FORWARDED_PROTO="true", SECURE_HSTS_SECONDS="60")
    assert changed.SECURE_HSTS_SECONDS == 60
    assert changed.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("proto", ["https", "HTTPS", "Https"])
def test_a_trusted_proxy_may_say_https_in_any_case(proto: str) -> None:
    settings = load(TRUST_X_FORWARDED_PROTO="true")
    with override_settings(
        MIDDLEWARE=settings.MIDDLEWARE,
        SECURE_PROXY_SSL_HEADER=settings.SECURE_PROXY_SSL_HEADER,
        SECURE_SSL_REDIRECT=True,
    ):
        assert Client().get("/api/nowhere/", headers={"x-forwarded-proto": proto}).status_code == 404
        assert Client().get("/api/nowhere/", headers={"x-forwarded-proto": "http"}).status_code == 301


def test_hosts_are_a_list_without_blanks() -> None:
    assert load(ALLOWED_HOSTS=" a.example.com, .b.example.com,,[::1] ,").ALLOWED_HOSTS == [
        "a.example.com",
        ".b.example.com",
        "[::1]",
    ]


def test_cookies_have_names_that_no_other_host_can_set() -> None:
    program = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)"
    )

    assert run("-c", program, **GOOD).stdout == "__Host-sessionid __Host-csrftoken None /\n"
    shared = run("-c", program, **GOOD, CSRF_COOKIE_DOMAIN="example.com", SESSION_COOKIE_SECURE="false")
    assert shared.stdout == "sessionid __Secure-csrftoken None /\n"


def test_a_short_token_for_the_metrics_is_refused() -> None:
    assert refusal(METRICS_TOKEN="short").endswith("METRICS_TOKEN is weak: use at least 50 random characters.")
