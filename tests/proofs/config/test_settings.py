"""What settings make of the environment."""

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.urls import get_resolver

# % if cookiecutter.use_celery
from kombu import Connection

# % endif
# % if cookiecutter.use_redis
from redis.connection import parse_url as parse_redis

# % endif
from config.settings.cache import CACHE_BACKENDS, caches
from config.settings.logging import logging_config
from proofs.config.loading import load, refusal


@pytest.mark.parametrize("beginning", CACHE_BACKENDS)
def test_the_cache_is_on_the_server_that_its_url_names(beginning: str) -> None:
    option = "timeout" if beginning == "pymemcache://" else "socket_timeout"
    config = load(CACHE_URL=f"{beginning}cache.example.com:7000?{option}=3").CACHES

    assert config["default"] == config["shared"]
    assert config["default"]["BACKEND"] == CACHE_BACKENDS[beginning]
    assert "cache.example.com:7000" in config["default"]["LOCATION"][0]
    assert config["default"]["KEY_PREFIX"] == "<<cookiecutter.project_slug>>"
    assert config["default"]["OPTIONS"] == {option: 3}


# % if cookiecutter.use_redis
def test_a_cache_has_one_server_whatever_characters_its_url_has() -> None:
    """Django would take a text with a comma or semicolon for several servers, and fail at each use."""
    url = "redis://cache.example.com?client_name=a;b,c"

    assert load(CACHE_URL=url).CACHES["default"]["LOCATION"] == [url]
    assert "CACHE_URL must name one server" in refusal(CACHE_URL="redis://a.example.com,b.example.com")


# % endif
def test_without_a_server_nothing_is_kept_that_another_process_may_change() -> None:
    config = caches(None)

    assert config["default"]["BACKEND"].endswith("LocMemCache")
    assert config["shared"]["BACKEND"].endswith("DummyCache")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("DATABASE_URL", lambda settings: settings.DATABASES["default"]["PASSWORD"]),
        ("EMAIL_URL", lambda settings: settings.MAILERS["default"]["OPTIONS"]["password"]),
        # % if cookiecutter.use_redis
        ("CACHE_URL", lambda settings: parse_redis(settings.CACHES["default"]["LOCATION"][0])["password"]),
        # % endif
        # % if cookiecutter.use_celery
        ("CELERY_BROKER_URL", lambda settings: Connection(settings.CELERY_BROKER_URL).password),
        # % endif
    ],
)
@pytest.mark.parametrize("password", ["#?%$@:/", "$HOME", "a b", "ä+ö=&;,", "[::1]", "\\'\"`", "%23"])
def test_every_password_reaches_the_server_if_it_is_percent_encoded(
    name: str, parts: Callable[[ModuleType], str], password: str
) -> None:
    beginnings = {"DATABASE_URL": "postgres", "EMAIL_URL": "smtp", "CACHE_URL": "redis", "CELERY_BROKER_URL": "amqp"}
    url = f"{beginnings[name]}://app:{quote(password, safe='$')}@server.example.com/7"

    assert parts(load(**{name: url})) == password


@pytest.mark.parametrize("password", ["hun#ter2", "hun?ter2", "hun/ter2", "hun[ter2", "hun%ter2", "hun ter2"])
@pytest.mark.parametrize(
    "name",
    [
        "DATABASE_URL",
        "EMAIL_URL",
        "CACHE_URL",
        # % if cookiecutter.use_celery
        "CELERY_BROKER_URL",
        # % endif
    ],
)
def test_a_password_that_breaks_its_url_is_refused_and_not_shown(name: str, password: str) -> None:
    beginnings = {"EMAIL_URL": "smtp", "CACHE_URL": next(iter(CACHE_BACKENDS))[:-3], "CELERY_BROKER_URL": "amqp"}

    message = refusal(**{name: f"{beginnings.get(name, 'postgres')}://app:{password}@server.example.com/7"})

    assert message == (
        f"Invalid environment variables: {name} must be a URL in which special characters are percent-encoded."
    )


def first_parts(patterns: list[Any]) -> Iterator[str]:
    """Yield the first part of every path in a URL configuration."""
    for pattern in patterns:
        part = str(pattern.pattern).lstrip("^").partition("/")[0]
        if part:
            yield part
        elif hasattr(pattern, "url_patterns"):
            yield from first_parts(pattern.url_patterns)


def test_the_admin_has_a_path_that_nothing_else_uses() -> None:
    taken = {*first_parts(get_resolver().url_patterns), "static", "__debug__", "__mail__"} - {"admin"}

    assert {"", "api", "health", "metrics", "_allauth", "accounts"} - taken == {""}
    for path in taken:
        for value in (path, f"{path}/", f"/{path}/", f"{path}/admin/"):
            assert refusal(ADMIN_URL=value).startswith("Invalid environment variables: ADMIN_URL must be"), value
    assert load(ADMIN_URL="apis/static/").ADMIN_URL == "apis/static/"


@pytest.mark.parametrize("ports", [{"PORT": "8080", "HEALTH_PORT": "8080"}, {"HEALTH_PORT": "8000"}])
def test_probes_have_a_port_of_their_own(ports: dict[str, str]) -> None:
    assert refusal(**ports) == "Invalid environment variables: HEALTH_PORT must not be the port of the site."
    assert refusal(PORT="8000", HEALTH_PORT="8001") == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_logged_tracebacks_keep_local_variables_to_themselves(
    capsys: pytest.CaptureFixture[str],
    as_json: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    logger = logging.getLogger("proofs.traceback")
    config = logging_config(json=as_json)["formatters"]["default"]
    handler = logging.StreamHandler()
    handler.setFormatter(logging.config.DictConfigurator({}).configure_formatter(dict(config)))
    logger.addHandler(handler)
    try:
        password = "correct horse"  # noqa: F841 - what must not be logged
        raise RuntimeError("out of order")  # noqa: TRY301 - to be logged
    except RuntimeError:
        logger.exception("failed")
    finally:
        logger.removeHandler(handler)

    logged = capsys.readouterr().err
    assert "out of order" in logged
    assert "'correct horse'" not in logged
    if as_json:
        assert json.loads(logged)["level"] == "error"


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
