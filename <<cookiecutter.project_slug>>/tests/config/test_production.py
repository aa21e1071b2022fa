"""Production settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.config.production import PRODUCTION, load_production


def test_names_everything_that_is_missing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        load_production(monkeypatch, **dict.fromkeys(PRODUCTION, ""))

    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL"):
        assert f"{name} is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "changeme-changeme"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "postgres://db-password@db.example.com/shop?sslmod=require"),
        ("DATABASE_URL", "sqlite://shop.sqlite3?time=5"),
        ("EMAIL_URL", "smtp://mail.example.com?timeout=soon&x=y"),
        ("SECURE_SSL_REDIRECT", "ture"),
        ("SECURE_HSTS_PRELOAD", "'true'"),
        ("THROTTLE_USER", "many-a-day"),
        ("STORAGE_URL", "ftp://storage-password"),
        ("DATABASE_POOL_MAX", "-12345"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("SOCIAL_LOGIN_PROVIDERS", "dummy"),
        ("SENTRY_DSN", "https://sentry-key@/shop"),
        # % filter replace("redis", "redis" if cookiecutter.use_redis else "pymemcache")
        ("CACHE_URL", "redis://cache.example.com?patience=long"),
        # % endfilter
        # % if cookiecutter.use_celery
        ("CELERY_BROKER_URL", "amqp://one.example.com,two.example.com?patience=long"),
        # % endif
        # % if "jwt" in cookiecutter.auth
        ("JWT_ALGORITHM", "RS256"),
        # % endif
    ],
)
def test_refuses_a_bad_value_without_showing_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as caught:
        load_production(monkeypatch, **{name: value})

    assert value not in str(caught.value)


def test_is_safe_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_production(monkeypatch, DEBUG="true")

    assert settings["DEBUG"] is False
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert "SECURE_PROXY_SSL_HEADER" not in settings


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"TRUST_X_FORWARDED_PROTO": "true"}, "SECURE_PROXY_SSL_HEADER"),
        ({"DATABASE_POOL_MAX": "10"}, "DATABASES"),
        ({"EMAIL_URL": "anymail+postmark://?server_token=token"}, "MAILERS"),
        ({"STORAGE_URL": "s3://bucket/folder?region_name=eu-central-1"}, "STORAGES"),
        ({"STORAGE_URL": "gs://bucket"}, "STORAGES"),
        # % if cookiecutter.use_celery and cookiecutter.use_redis
        ({"CELERY_BROKER_URL": "rediss://broker.example.com"}, "CELERY_BROKER_USE_SSL"),
        # % endif
        ({"STORAGE_URL": "azure://container?account_name=shop"}, "STORAGES"),
        ({"SOCIAL_LOGIN_PROVIDERS": "google", "GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s"}, "INSTALLED_APPS"),
    ],
)
def test_follows_the_environment(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], name: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)  # as if every extra were installed
    usual = load_production(monkeypatch).get(name)

    assert load_production(monkeypatch, **environment)[name] != usual
