"""What the environment makes of DATABASES."""

from typing import Any

import pytest

from proofs.config.loading import load, refusal

URL = "postgres://ada:secret@db.example.com:5433/shop"


def database(url: str = URL, **environment: str) -> dict[str, Any]:
    """Return the default database's settings."""
    return dict(load("base", DATABASE_URL=url, **environment).DATABASES["default"])


def test_without_a_url_it_is_a_file_in_the_project_that_readers_and_a_writer_share() -> None:
    config = database("")

    assert config["NAME"].name == "db.sqlite3"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_any_sqlite_file_gets_the_same_options() -> None:
    config = database("sqlite:////srv/shop.sqlite3?timeout=5")

    assert config["NAME"] == "/srv/shop.sqlite3"
    assert config["OPTIONS"] == {**database("")["OPTIONS"], "timeout": 5}
    assert database("sqlite:///:memory:")["NAME"] == ":memory:"
    assert database("sqlite:///shop.sqlite3")["NAME"] == "shop.sqlite3"


def test_postgresql_connections_persist_and_are_checked_before_use() -> None:
    config = database()

    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example.com", "5433", "shop")
    assert (config["USER"], config["PASSWORD"]) == ("ada", "secret")
    assert config["CONN_MAX_AGE"] == 60
    assert config["CONN_HEALTH_CHECKS"] is True
    assert "pool" not in config["OPTIONS"]


def test_several_servers_are_tried_in_turn() -> None:
    config = database("postgres://ada:secret@one:5432,two,[::1]:7000/shop")

    assert (config["HOST"], config["PORT"]) == ("one,two,::1", "5432,,7000")


def test_no_wait_for_the_server_is_without_a_bound() -> None:
    options = database(DATABASE_POOL_MAX="8")["OPTIONS"]

    assert options["connect_timeout"] == 3
    assert options["tcp_user_timeout"] == 10_000
    assert options["pool"]["timeout"] == 3
    assert options["pool"]["max_waiting"] == 80
    assert options["pool"]["reconnect_timeout"] == 3
    assert database(f"{URL}?connect_timeout=9")["OPTIONS"]["connect_timeout"] == 9


def test_statements_and_idle_transactions_end_after_a_while() -> None:
    options = database(DATABASE_STATEMENT_TIMEOUT="1.5")["OPTIONS"]

    assert options["options"] == "-c statement_timeout=1500 -c idle_in_transaction_session_timeout=60000"


def test_options_of_the_url_are_kept() -> None:
    options = database(f"{URL}?sslmode=require&options=-c%20search_path%3Dshop")["OPTIONS"]

    assert options["sslmode"] == "require"
    assert options["options"].endswith("=60000 -c search_path=shop")


def test_a_pool_takes_the_place_of_persistent_connections() -> None:
    config = database(DATABASE_POOL_MAX="8")

    assert (config["OPTIONS"]["pool"]["min_size"], config["OPTIONS"]["pool"]["max_size"]) == (2, 8)
    assert config["CONN_MAX_AGE"] == 0
    assert database(DATABASE_POOL_MAX="1")["OPTIONS"]["pool"]["min_size"] == 1


def test_pgbouncer_gets_nothing_that_belongs_to_a_session() -> None:
    config = database(DATABASE_PGBOUNCER="true")

    assert config["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert "options" not in config["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://ada@db.example.com/shop", "postgres://ada@db.example.com", "shop.sqlite3"])
def test_another_kind_of_database_or_none_is_refused(url: str) -> None:
    assert refusal(DATABASE_URL=url).startswith("Invalid environment variables: DATABASE_URL must ")
