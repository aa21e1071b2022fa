"""A backup is rehearsed: saved, restored into a fresh database, and compared table by table."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.settings.env import BASE_DIR
from proofs.services import without
from tools.databases import database_for

SERVER = os.environ.get("DATABASE_URL", "")
COMPARED = ["accounts_user", "django_migrations", "auth_permission", "account_emailaddress"]


def python(url: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder, with the database at `url`."""
    environment = {**os.environ, "SECRET_KEY": "x" * 50, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    return subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env={**environment, "DATABASE_URL": url, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def save(url: str, file: Path) -> None:
    """Save a backup of the database at `url`."""
    saved = python(url, "-m", "tools.backup", "save", str(file))
    assert saved.returncode == 0, saved.stderr


def restore(url: str, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Restore into the database at `url`."""
    return python(url, "-m", "tools.backup", "restore", *map(str, arguments), **variables)


def execute(url: str, statement: str) -> None:
    """Change the database at `url`."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            database.execute(statement)
            database.commit()
    else:
        with psycopg.connect(url) as server:
            server.execute(statement.encode())


def rows(url: str) -> dict[str, int]:
    """Return the number of rows of each table in the database at `url`."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608 - its own names
    with psycopg.connect(url) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        counted = {name: server.execute(count.format(sql.Identifier(name))).fetchone() for (name,) in tables}
        return {name: number for name, found in counted.items() if found for number in found}


DEMO = ["manage.py", "demo", "--no-serve"]
# % if cookiecutter.use_example
DEMO.append("--orders=20")
# % endif


@pytest.fixture(scope="module")
def databases() -> Iterator[tuple[str, str]]:
    """The URLs of a database with data and of one that is empty until the first test: on PostgreSQL if this runs there."""
    server = SERVER if SERVER.startswith("postgres") else ""
    if server and not shutil.which("pg_dump"):
        without("pg_dump", "it is not installed")
    with database_for("backup", server) as full, database_for("restored", server) as empty:
        loaded = python(full, *DEMO)
        assert loaded.returncode == 0, loaded.stderr
        yield full, empty


def test_a_backup_restored_into_a_fresh_database_has_the_rows_of_each_table(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    full, empty = databases
    backup = tmp_path / "backups" / "shop.backup"
    before = rows(full)
    assert all(before[table] for table in COMPARED)

    save(full, backup)
    restored = restore(empty, backup)

    assert restored.returncode == 0, restored.stderr
    assert rows(empty) == before
    assert python(empty, "manage.py", "migrate", "--check").returncode == 0
    # Sequences too: the next user gets a key of its own.
    command = ["manage.py", "createsuperuser", "--no-input", "--email=b@example.com"]
    again = python(empty, *command, DJANGO_SUPERUSER_PASSWORD="correct horse battery")
    assert again.returncode == 0, again.stderr
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in backup.parent.iterdir()] == ["shop.backup"]


def test_a_database_that_contains_something_is_replaced_only_when_told_to(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    url, _ = databases
    backup = tmp_path / "shop.backup"
    before = rows(url)
    save(url, backup)
    execute(url, "CREATE TABLE added_since (id integer)")  # such as by a later migration
    execute(url, "DELETE FROM django_migrations")
    changed = rows(url)

    refused = restore(url, backup)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: The database has {len(changed)} tables.") or "sqlite" in url
    assert "--overwrite" in refused.stderr
    assert rows(url) == changed
    restored = restore(url, backup, "--overwrite")
    assert restored.returncode == 0, restored.stderr
    assert rows(url) == before
    # A backup of what was restored is as good.
    save(url, tmp_path / "second.backup")
    assert restore(url, tmp_path / "second.backup", "--overwrite").returncode == 0
    assert rows(url) == before


@pytest.mark.parametrize("content", [b"", b"no backup at all", b"the first half"])
def test_a_file_that_is_no_whole_backup_changes_nothing(
    databases: tuple[str, str], tmp_path: Path, content: bytes
) -> None:
    url, _ = databases
    backup = tmp_path / "shop.backup"
    save(url, backup)
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2] if content == b"the first half" else content)
    before = rows(url)

    refused = restore(url, backup, "--overwrite")

    assert refused.returncode == 1
    assert refused.stderr.rstrip().endswith("The database is as it was.")
    assert "Traceback" not in refused.stderr
    assert rows(url) == before


def test_a_backup_never_replaces_a_file(databases: tuple[str, str], tmp_path: Path) -> None:
    url, _ = databases
    (tmp_path / "shop.backup").write_text("precious")

    refused = python(url, "-m", "tools.backup", "save", str(tmp_path / "shop.backup"))

    assert (refused.returncode, refused.stderr) == (1, f"Error: {tmp_path}/shop.backup already exists.\n")
    assert (tmp_path / "shop.backup").read_text() == "precious"


def test_the_password_is_on_no_command_line(tmp_path: Path) -> None:
    """A stand-in for pg_dump writes down how it was called."""
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$*" > "$CALLED"\necho "$PGPASSWORD" >> "$CALLED"\nexit 1\n')
    program.chmod(0o755)
    url = "postgres://shop:hidden7%23@db.example.com:5433/orders?sslmode=require"

    failed = python(
        url, "-m", "tools.backup", "save", str(tmp_path / "x"), PATH=str(tmp_path), CALLED=str(tmp_path / "called")
    )

    arguments, password = (tmp_path / "called").read_text().splitlines()
    assert password == "hidden7#"
    assert arguments.startswith("-U shop -h db.example.com -p 5433 --format=custom")
    assert "hidden7" not in arguments + failed.stderr + failed.stdout
    assert failed.returncode == 1
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PATH": "/nowhere"}, "Error: pg_dump is not installed:"),
        ({"DATABASE_PGBOUNCER": "true"}, "Error: DATABASE_URL is a pgbouncer."),
        ({"DATABASE_POOL_MAX": "many"}, "Error: Invalid environment variables: DATABASE_POOL_MAX must be"),
    ],
)
def test_what_keeps_it_from_working_is_said_in_one_line(
    tmp_path: Path, variables: dict[str, str], message: str
) -> None:
    failed = python("postgres://shop@127.0.0.1/shop", "-m", "tools.backup", "save", str(tmp_path / "x"), **variables)

    assert failed.returncode == 1
    assert failed.stderr.startswith(message)
    assert len(failed.stderr.splitlines()) == 1


def test_a_server_that_does_not_answer_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")

    failed = restore("postgres://shop:hidden7@127.0.0.1:9/shop", tmp_path / "x")

    assert failed.returncode == 1
    assert failed.stderr.startswith("Error: ")
    assert "Traceback" not in failed.stderr
    assert "hidden7" not in failed.stderr
