"""The services a test may need. Without one it is skipped; where CI is set, it fails instead."""

import os
from functools import cache

import pytest

from environment import Environment
from options import ROOT
from running import run

POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://django_expert:django_expert@127.0.0.1")


def without(service: str, reason: str) -> None:
    """Skip the running test for lack of ``service``; where CI is set, fail it."""
    message = f"{service} is needed and cannot be used: {reason}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


# Makes the database sys.argv[2] on the server sys.argv[1] unless it is there.
CREATE = """
import psycopg, sys
server, name = sys.argv[1:]
with psycopg.connect(f"{server}/postgres", connect_timeout=5, autocommit=True) as connection:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(f'CREATE DATABASE "{name}"')
"""


@cache
def postgres_url(environment: Environment, database: str) -> str:
    """Return the URL of ``database`` on the PostgreSQL server, or skip or fail the running test."""
    attempt = run(environment.python, "-c", CREATE, POSTGRES_URL, database, cwd=ROOT, status=None)
    if attempt.returncode:
        without("PostgreSQL", attempt.stderr.strip().splitlines()[-1])
    return f"{POSTGRES_URL}/{database}"
