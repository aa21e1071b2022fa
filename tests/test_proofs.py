"""The plumbing does what it promises in generated projects: the proofs in tests/proofs run there."""

import os
from collections.abc import Callable

import pytest

from baking import CACHE, Bakery
from environment import Environment
from options import ALL_VARIANTS, Variant
from proving import PROOFS, context_of, table
from services import postgres_url
from suites import outcome
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# What starts processes depends on few options, and has tests of its own here.
WORKERS = ["proofs/workers"]
SERVERS = [
    "proofs/config/test_gunicorn.py",
    "proofs/config/test_slow_clients.py",
    "proofs/operations/test_backup.py",
    "proofs/operations/test_platform.py",
    "proofs/operations/test_rollout.py",
    "proofs/outages",
]
BROWSER = ["proofs/oauth2/test_browser.py"]
IGNORED = [f"--ignore={path}" for path in [*WORKERS, *SERVERS, *BROWSER]]
SETTINGS = "proofs/config"
# What takes long and comes to the same on each database: such as the rights of staff, and times on the calendar.
ON_SQLITE_ONLY = [
    "proofs/accounts/test_admin_privileges.py",
    "proofs/accounts/test_sign_up.py",
    "proofs/core/test_demo.py",
    "proofs/oauth2/test_removal.py",
    "proofs/outbox/test_schedule.py",
]
# Odd values by the thousand, of which SQLite takes more than PostgreSQL does.
ON_POSTGRESQL_ONLY = ["proofs/accounts/test_fuzzing.py", "proofs/core/test_admin_input.py"]

type Prove = Callable[..., None]


@pytest.fixture
def prove(
    functional_variant: Variant,
    bake: Bakery,
    environment: Environment,
    fresh: bool,  # noqa: FBT001 - a fixture
    record_property: Callable[[str, object], None],
) -> Prove:
    """Run proofs in the variant's project, on a database."""

    def run(database: str, name: str, *arguments: str) -> None:
        folder = CACHE / "workshops" / WORKER / "proved"
        project = place(bake.with_proofs(dict(functional_variant.answers)), folder)
        env = {name: os.environ[name] for name in ("CI", "RABBITMQ_URL", "REDIS_URL") if name in os.environ}
        if database == "postgresql":
            env["DATABASE_URL"] = postgres_url(environment, f"proofs_{WORKER}")
        there = [argument for argument in arguments if argument.startswith("-") or (project / argument).exists()]
        suite = outcome(
            functional_variant, f"{database}, {name}", project, environment, "--no-cov", *there, env=env, fresh=fresh
        )
        record_property(*suite.as_property())
        assert suite.passed, suite.output
        assert suite.tests

    return run


@pytest.mark.costly
@pytest.mark.once_for("auth", but=("api", "use_example"))
def test_the_proofs_hold_on_sqlite(prove: Prove, pytestconfig: pytest.Config) -> None:
    """In variants that are not proved on PostgreSQL; ON_POSTGRESQL_ONLY with ``--full``."""
    ignored = () if pytestconfig.getoption("--full") else ON_POSTGRESQL_ONLY
    prove("sqlite", "proofs", "proofs", *IGNORED, *(f"--ignore={path}" for path in ignored))


@pytest.mark.costly
@pytest.mark.once_for("api", "use_example")
def test_the_proofs_hold_on_postgresql(prove: Prove, pytestconfig: pytest.Config) -> None:
    """But those of settings, which know of no database; ON_SQLITE_ONLY with ``--full``."""
    ignored = [SETTINGS, *(() if pytestconfig.getoption("--full") else ON_SQLITE_ONLY)]
    prove("postgresql", "proofs", "proofs", *IGNORED, *(f"--ignore={path}" for path in ignored))


@pytest.mark.costly
@pytest.mark.once_for("use_redis", where="use_celery=yes,use_redis=no")
def test_the_proofs_hold_with_workers_on_sqlite(prove: Prove) -> None:
    prove("sqlite", "workers", *WORKERS)


@pytest.mark.costly
@pytest.mark.once_for("use_redis", "use_example", where="use_celery=yes")
def test_the_proofs_hold_with_workers_on_postgresql(prove: Prove) -> None:
    prove("postgresql", "workers", *WORKERS)


@pytest.mark.costly
@pytest.mark.once_for("use_celery", where="use_celery=no")
def test_the_proofs_hold_with_servers_on_sqlite(prove: Prove) -> None:
    prove("sqlite", "servers", *SERVERS)


@pytest.mark.costly
@pytest.mark.once_for("use_celery", where="use_celery=yes")
def test_the_proofs_hold_with_servers_on_postgresql(prove: Prove) -> None:
    prove("postgresql", "servers", *SERVERS)


@pytest.mark.costly
@pytest.mark.once_for("auth", where="auth=session+jwt+oauth2")
def test_the_proofs_hold_in_a_browser(prove: Prove) -> None:
    prove("sqlite", "browser", *BROWSER)


def test_each_path_that_is_left_out_is_one_of_a_proof() -> None:
    paths = {
        path
        for variant in ALL_VARIANTS
        for _, listed in table(context_of(dict(variant.answers))["cookiecutter"])
        for path in listed
    }
    assert sorted(path for path in paths if not (PROOFS / path).exists()) == []
