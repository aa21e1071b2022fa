"""What its owner would run on a new project passes in every variant: its own tests and checks."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from baking import CACHE
from environment import Environment
from options import FUNCTIONAL_VARIANTS, Variant, cover, one_for_each
from running import run
from services import postgres_url
from suites import Suite, outcome
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Where coverage is measured: what tests reach is the same on each database, and nearly so in the other variants.
MEASURED = one_for_each(cover(FUNCTIONAL_VARIANTS), ["api", "use_example"])

type Outcome = Callable[..., Suite]


@pytest.fixture
def project(functional_baked: Path) -> Path:
    """The project of the variant in this process's workshop."""
    return place(functional_baked, CACHE / "workshops" / WORKER / "project")


def test_its_own_tests_pass_on_sqlite(
    functional_variant: Variant,
    project: Path,
    environment: Environment,
    fresh: bool,  # noqa: FBT001 - a fixture
    record_property: Callable[[str, object], None],
) -> None:
    coverage = "--cov" if functional_variant in MEASURED else "--no-cov"
    suite = outcome(functional_variant, "sqlite", project, environment, coverage, env={}, fresh=fresh)
    record_property(*suite.as_property())
    assert suite.passed, suite.output
    assert suite.tests


@pytest.mark.costly
def test_its_own_tests_pass_on_postgresql(
    functional_variant: Variant,
    project: Path,
    environment: Environment,
    fresh: bool,  # noqa: FBT001 - a fixture
    record_property: Callable[[str, object], None],
) -> None:
    env = {"DATABASE_URL": postgres_url(environment, f"variant_{WORKER}")}
    suite = outcome(functional_variant, "postgresql", project, environment, "--no-cov", env=env, fresh=fresh)
    record_property(*suite.as_property())
    assert suite.passed, suite.output
    assert suite.tests


@pytest.mark.costly
# The first for each API is checked with features generated into it: tests/test_feature.py.
@pytest.mark.once_for("api", "auth", "use_celery", "use_redis", "use_example", but=("api",))
def test_mypy_finds_nothing(project: Path, environment: Environment) -> None:
    cache = CACHE / "mypy" / WORKER
    run(environment.program("mypy"), f"--cache-dir={cache}", ".", cwd=project)


def test_import_linter_finds_nothing(project: Path, environment: Environment) -> None:
    run(environment.program("lint-imports"), "--no-cache", cwd=project)


def test_djade_would_change_no_template(project: Path, environment: Environment) -> None:
    templates = sorted(project.glob("templates/**/*.html"))
    assert templates
    run(environment.program("djade"), "--check", *templates, cwd=project)
