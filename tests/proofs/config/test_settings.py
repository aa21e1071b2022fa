"""What settings make of the environment."""

import json
import logging
import logging.config

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config.settings.cache import CACHE_BACKENDS, MEMORY, caches
from config.settings.logging import logging_config


@pytest.mark.parametrize("scheme", CACHE_BACKENDS)
def test_the_cache_is_on_the_server_that_its_url_names(scheme: str) -> None:
    config = caches(f"{scheme}://cache.example.com:7000?Timeout=60&Some_Option=3")

    assert config["default"] == config["shared"]
    assert config["default"]["BACKEND"] == CACHE_BACKENDS[scheme]
    assert "cache.example.com:7000" in config["default"]["LOCATION"]
    assert config["default"]["KEY_PREFIX"] == "<<cookiecutter.project_slug>>"
    assert config["default"]["TIMEOUT"] == 60
    assert config["default"]["OPTIONS"] == {"some_option": 3}


def test_without_a_server_nothing_is_kept_that_another_process_may_change() -> None:
    config = caches(MEMORY)

    assert config["default"]["BACKEND"].endswith("LocMemCache")
    assert config["shared"]["BACKEND"].endswith("DummyCache")


def test_a_cache_of_another_kind_is_refused_without_showing_its_password() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"begins with ldap://, not with \w+://") as refused:
        caches("ldap://user:hunter2@cache.example.com")

    assert "hunter2" not in str(refused.value)


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
