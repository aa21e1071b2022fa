"""Databases for those who need one of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql


@contextmanager
def database_for(purpose: str, address: str) -> Iterator[str]:
    """Yield the URL of an empty database: on the PostgreSQL server of `address`, or a file of SQLite's."""
    if not address.startswith("postgres"):
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/{purpose}.sqlite3"
        return
    parts = urlsplit(address)
    name = f"{parts.path.strip('/')}_{purpose}"
    with psycopg.connect(address, autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(drop)


@contextmanager
def empty_database() -> Iterator[None]:
    """Let `connection` lead to a database without any table inside the block."""
    usual = connections["default"]
    spare = usual.copy()
    spare.settings_dict["OPTIONS"].pop("pool", None)  # which knows the usual database
    with _new_name(usual.settings_dict["NAME"]) as spare.settings_dict["NAME"]:
        connections["default"] = spare
        try:
            yield
        finally:
            spare.close()
            connections["default"] = usual


@contextmanager
def _new_name(usual_name: str) -> Iterator[str]:
    """Create a database on the same server, or a place for a file, and yield its name."""
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(f"{usual_name}_spare")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
            yield f"{usual_name}_spare"
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        with TemporaryDirectory() as folder:
            yield str(Path(folder) / "spare.sqlite3")


def migrate(*targets: tuple[str, str | None]) -> None:
    """Bring each app to the migration named, forwards or backwards; None undoes them all."""
    MigrationExecutor(connection).migrate(targets)
