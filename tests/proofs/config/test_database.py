"""What the environment makes of DATABASES."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import database as settings

URL = "postgres://ada:secret@db.example.com:5433/shop"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POOL_MAX", "POOL_MIN", "POOL_TIMEOUT", "CONN_MAX_AGE", "STATEMENT_TIMEOUT"):
        monkeypatch.delenv(f"DATABASE_{name}", raising=False)
    monkeypatch.setattr(settings, "BEHIND_PGBOUNCER", False)


def options(url: str = URL) -> dict[str, Any]:
    return dict(settings.database(url)["OPTIONS"])


def test_without_a_url_it_is_a_file_in_the_project_that_readers_and_a_writer_share() -> None:
    config = settings.database("")

    assert config["NAME"].name == "db.sqlite3"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_any_sqlite_file_gets_the_same_options() -> None:
    config = settings.database("sqlite:////srv/shop.sqlite3?timeout=5")

    assert config["NAME"] == "/srv/shop.sqlite3"
    assert config["OPTIONS"] == {**settings.SQLITE_OPTIONS, "timeout": 5}


def test_postgresql_connections_persist_and_are_checked_before_use() -> None:
    config = settings.database(URL)

    assert config["HOST"] == "db.example.com"
    assert config["CONN_MAX_AGE"] == 60
    assert config["CONN_HEALTH_CHECKS"] is True
    assert "pool" not in config["OPTIONS"]


def test_statements_and_idle_transactions_end_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT", "1.5")

    assert options()["options"] == "-c statement_timeout=1500 -c idle_in_transaction_session_timeout=60000"


def test_options_of_the_url_are_kept() -> None:
    found = options(f"{URL}?sslmode=require&options=-c%20search_path%3Dshop")

    assert found["sslmode"] == "require"
    assert found["options"].endswith("=60000 -c search_path=shop")


def test_a_pool_takes_the_place_of_persistent_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL_MAX", "8")
    config = settings.database(URL)

    assert config["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 8, "timeout": 10}
    assert config["CONN_MAX_AGE"] == 0


def test_a_pool_and_persistent_connections_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL_MAX", "8")
    monkeypatch.setenv("DATABASE_CONN_MAX_AGE", "60")

    with pytest.raises(ImproperlyConfigured, match="DATABASE_CONN_MAX_AGE=60 and DATABASE_POOL_MAX=8 exclude"):
        settings.database(URL)


def test_pgbouncer_gets_nothing_that_belongs_to_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BEHIND_PGBOUNCER", True)
    config = settings.database(URL)

    assert config["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert config["OPTIONS"] == {}


def test_another_database_is_left_as_its_url_says() -> None:
    assert settings.database("mysql://ada@db.example.com/shop")["ENGINE"] == "django.db.backends.mysql"
