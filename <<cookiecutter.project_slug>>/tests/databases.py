"""A database of its own for a test that changes the schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor


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
