"""Whether the server grants what the web processes may ask for."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from apps.database.checks import connections_needed
from proofs.postgresql import on_postgresql

pytestmark = pytest.mark.django_db


def warnings() -> list[str]:
    return [str(found.msg) for found in run_checks(tags=["database"], databases=["default"]) if found.id == "core.W001"]


@pytest.fixture(autouse=True)
def _deployment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    settings.BEHIND_PGBOUNCER = False
    settings.WEB_INSTANCES, settings.WEB_CONCURRENCY, settings.WEB_THREADS = 2, 3, 4


def test_each_thread_needs_a_connection() -> None:
    assert connections_needed("default") == 24


def test_with_a_pool_it_is_the_pool_of_each_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"pool": {"max_size": 10}})

    assert connections_needed("default") == 60


def test_what_the_server_grants_is_no_reason_to_warn() -> None:
    assert warnings() == []


@on_postgresql
def test_more_than_the_server_grants_is(settings: Settings) -> None:
    settings.WEB_INSTANCES = 10_000

    (warning,) = warnings()
    assert warning.startswith("The web processes may open 120000 connections to the database 'default', whose server")


@on_postgresql
def test_behind_pgbouncer_the_limit_is_its_own(settings: Settings) -> None:
    settings.WEB_INSTANCES = 10_000
    settings.BEHIND_PGBOUNCER = True

    assert warnings() == []
