"""Temporary databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from tempfile import TemporaryDirectory
from unittest.mock import MagicMock
from urllib.parse import urlsplit

import psycopg
from django.db import connections
from psycopg import sql


@contextmanager
def database_for(purpose: str, url: str) -> Iterator[str]:
    """Yield the URL of an empty database: beside the PostgreSQL database at `url`, or else a SQLite file."""
    if not url.startswith("postgres"):
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/{purpose}.sqlite3"
        return
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_{purpose}"
    with psycopg.connect(url, autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(drop)


@contextmanager
def empty_database() -> Iterator[None]:
    """Let `connection` lead to an empty database inside the block."""
    usual = connections["default"]
    spare = usual.copy()
    spare.settings_dict["OPTIONS"].pop("pool", None)  # it belongs to the usual database
    purpose = usual.settings_dict["NAME"] if usual.vendor == "postgresql" else "spare"
    with database_for(purpose, os.environ.get("DATABASE_URL", "")) as spare_url:
        spare.settings_dict["NAME"] = urlsplit(spare_url).path[1:]
        connections["default"] = spare
        try:
            yield
        finally:
            spare.close()
            connections["default"] = usual


@contextmanager
def postgresql_that_only_collects(backend: str) -> Iterator[None]:
    """Let `connection` be one to PostgreSQL that never connects: for what a schema editor collects."""
    usual = connections["default"]
    wrapper = import_module(f"{backend}.base").DatabaseWrapper
    spare = wrapper({**usual.settings_dict, "NAME": "default", "OPTIONS": {}}, alias="default")
    spare.pg_version = 170_000
    spare.cursor = MagicMock()
    spare.ops.compose_sql = lambda text, params: text % tuple(map(sql.quote, params)) if params else text
    connections["default"] = spare
    try:
        yield
    finally:
        connections["default"] = usual
