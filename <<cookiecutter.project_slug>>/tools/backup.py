"""Back up and restore the database of DATABASE_URL. docs/operations.md explains how."""

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import Error

BACKUPS = Path(".local", "backups")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("save").add_argument("file", type=Path, nargs="?", help=f"Default: a new one in {BACKUPS}.")
    restoring = commands.add_parser("restore")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--overwrite", action="store_true", help="Delete what the database contains.")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        django.setup()
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            fail("DATABASE_URL is a pgbouncer. Set it to PostgreSQL itself, and DATABASE_PGBOUNCER to false.")
        if options.command == "save":
            save(options.file or BACKUPS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.{connection.vendor}")
        else:
            restore(options.file, overwrite=options.overwrite)
    except (ImproperlyConfigured, Error, OSError) as error:
        fail(str(error).strip())


def save(file: Path) -> None:
    """Write a backup to `file`, which must not exist. Only its owner can read it."""
    if file.exists():
        fail(f"{file} already exists.")
    os.umask(0o077)
    file.parent.mkdir(parents=True, exist_ok=True)
    # An interrupted backup does not look like a complete one.
    with TemporaryDirectory(dir=file.parent) as folder:
        partial = Path(folder, file.name)
        if connection.vendor == "postgresql":
            run("pg_dump", "--format=custom", f"--file={partial}")
        elif Path(connection.settings_dict["NAME"]).is_file():
            connection.cursor().execute("VACUUM INTO %s", [str(partial)])
        else:
            fail(f"There is no database {connection.settings_dict['NAME']}.")
        partial.rename(file)
    print(f"Saved {file} ({file.stat().st_size:,} bytes).")


def restore(file: Path, *, overwrite: bool) -> None:
    """Restore `file` into the database: completely, or not at all."""
    if not file.is_file():
        fail(f"There is no file {file}.")
    tables = connection.introspection.table_names()
    connection.close()  # it would keep others from the tables
    if tables and not overwrite:
        fail(f"The database has {len(tables)} tables. Restore into an empty one, or add --overwrite to empty it.")
    if connection.vendor == "postgresql":
        restore_postgresql(file, drop=bool(tables))
    else:
        restore_sqlite(file)
    print(f"Restored {file} with {len(connection.introspection.table_names())} tables.")


def restore_postgresql(file: Path, *, drop: bool) -> None:
    """Restore an archive of pg_dump in one transaction, which drops the schema `public` first if it is to."""
    new_schema = ["--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"] if drop else []
    with TemporaryDirectory() as folder:
        script = f"--file={folder}/restore.sql"
        # It reads all of the archive: damage is found before anything is dropped.
        run("pg_restore", "--no-owner", "--no-privileges", script, str(file))
        run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *new_schema, script)


def run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database. Passwords are in its environment, where no list of processes shows them."""
    name = str(connection.settings_dict["NAME"])
    command, secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    server = [] if program == "pg_restore" else command[1:-1]  # the last is the name of the database
    limits = "-c lock_timeout=10s -c client_min_messages=warning"
    environment = {**os.environ, **(secrets or {}), "PGDATABASE": name, "PGOPTIONS": limits}
    try:
        subprocess.run([program, *server, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
    except FileNotFoundError:
        fail(f"{program} is not installed: it is in PostgreSQL's client, of the server's version or a newer one.")
    except subprocess.CalledProcessError:
        fail(f"{program} failed, for the reason above. The database is as it was.")


def restore_sqlite(file: Path) -> None:
    """Copy the SQLite database in `file` over the project's."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as backup:
            (state,) = backup.execute("PRAGMA integrity_check").fetchone()
            (tables,) = backup.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if state != "ok" or not tables:
                fail(f"{file} is damaged or empty. The database is as it was.")
            with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
                backup.backup(database)
    except sqlite3.DatabaseError as error:
        fail(f"{file} cannot be restored: {error}. The database is as it was.")


def fail(message: str) -> NoReturn:
    """Exit with `message`."""
    sys.exit(f"Error: {message}")


if __name__ == "__main__":
    main()
