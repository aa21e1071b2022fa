"""What its owner would run on a new project passes in every variant: its own tests and checks."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from baking import CACHE
from environment import Environment
from options import Variant
from running import clean_environment, run
from services import postgres_url
from suites import outcome
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def project(functional_baked: Path) -> Path:
    """The project of the variant in this process's workshop."""
    folder = CACHE / "workshops" / WORKER / "project"
    return place(functional_baked, folder)


@pytest.mark.costly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_its_own_tests_pass(
    database: str,
    functional_variant: Variant,
    project: Path,
    environment: Environment,
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> None:
    """The suite on each database, on SQLite with its coverage gate."""
    env = {"DATABASE_URL": postgres_url(environment, f"variant_{WORKER}")} if database == "postgresql" else {}
    fresh = request.config.getoption("--fresh") or "CI" in os.environ
    suite = outcome(functional_variant, database, project, environment, env, fresh=fresh)
    record_property(*suite.as_property())
    assert suite.passed, suite.output
    assert suite.tests


@pytest.mark.costly
def test_mypy_finds_nothing(project: Path, environment: Environment) -> None:
    cache = CACHE / "mypy" / WORKER
    run(environment.program("mypy"), f"--cache-dir={cache}", ".", cwd=project)


def test_import_linter_finds_nothing(project: Path, environment: Environment) -> None:
    run(environment.program("lint-imports"), "--no-cache", cwd=project)


def test_no_migration_is_missing(project: Path, environment: Environment) -> None:
    env = clean_environment(PYTHONDONTWRITEBYTECODE="")
    run(environment.python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=project, env=env)


def test_djade_would_change_no_template(project: Path, environment: Environment) -> None:
    templates = sorted(project.glob("templates/**/*.html"))
    assert templates
    run(environment.program("djade"), "--check", *templates, cwd=project)
