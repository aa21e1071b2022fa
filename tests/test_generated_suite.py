"""What its owner would run on a new project passes in every variant: its own tests and checks."""

import os
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from baking import CACHE
from environment import Environment
from options import Variant
from running import clean_environment, run
from services import postgres_url
from suites import Suite

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_its_own_tests_pass(
    database: str,
    functional_variant: Variant,
    project: Path,
    environment: Environment,
    record_property: Callable[[str, object], None],
) -> None:
    """The suite with its coverage gate, on each database."""
    env = clean_environment()
    if database == "postgresql":
        env["DATABASE_URL"] = postgres_url(environment, f"variant_{WORKER}")
    start = time.monotonic()
    result = run(environment.python, "-m", "pytest", "-q", "--junitxml=suite.xml", cwd=project, env=env, status=None)
    suite = Suite(
        variant=functional_variant.id,
        database=database,
        tests=number_of_tests(project / "suite.xml"),
        seconds=time.monotonic() - start,
        passed=result.returncode == 0,
        command=functional_variant.command,
    )
    record_property(*suite.property())
    assert suite.passed, f"{result.stdout}\n{result.stderr}"
    assert suite.tests


def number_of_tests(junit: Path) -> int:
    """Return how many tests the file ``junit`` tells of; without the file it is none."""
    if not junit.exists():
        return 0
    root = ET.parse(junit).getroot()  # noqa: S314 - written by pytest a moment ago
    return sum(int(suite.get("tests", 0)) for suite in root.iter("testsuite"))


def test_mypy_finds_nothing(project: Path, environment: Environment) -> None:
    cache = CACHE / "mypy" / WORKER
    run(environment.program("mypy"), f"--cache-dir={cache}", ".", cwd=project)


def test_import_linter_finds_nothing(project: Path, environment: Environment) -> None:
    run(environment.program("lint-imports"), "--no-cache", cwd=project)


def test_no_migration_is_missing(project: Path, environment: Environment) -> None:
    run(environment.python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=project)
