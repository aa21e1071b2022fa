"""The plumbing does what it promises in generated projects: the proofs in tests/proofs run there."""

import os
from collections.abc import Callable

import pytest

from baking import CACHE, Bakery
from environment import Environment
from options import ALL_VARIANTS, FUNCTIONAL_VARIANTS, Variant, cover, having, one_for_each
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
SETTINGS = "proofs/config"
# What takes long and comes to the same on each database: such as the rights of staff, times on the calendar, and processes
# with a database of their own.
ON_SQLITE_ONLY = [
    "proofs/accounts/test_admin_privileges.py",
    "proofs/accounts/test_sign_up.py",
    "proofs/accounts/test_social_login.py",
    "proofs/core/test_demo.py",
    "proofs/core/test_scrubbing.py",
    "proofs/oauth2/test_removal.py",
    "proofs/outbox/test_schedule.py",
]
# How gunicorn is started and stopped, which has little to do with the options.
SERVERS_ON_POSTGRESQL_ONLY = ["proofs/config/test_gunicorn.py", "proofs/config/test_slow_clients.py"]
# Odd values by the thousand, of which SQLite takes more than PostgreSQL does.
ON_POSTGRESQL_ONLY = ["proofs/accounts/test_fuzzing.py", "proofs/core/test_admin_input.py"]
# What takes long, and the answers that make a difference to it: the models in the admin, allauth's clients. On each
# database it is proved in few of the variants that are proved there, which have these answers between them.
MODELS_OF_THE_ADMIN = "auth=session+jwt+oauth2,use_celery=yes,use_example=yes"
BROWSERS_AND_APPS = "auth=session+jwt+oauth2"
ANSWERS_THAT_MATTER = {
    "proofs/accounts/test_admin_privileges.py": MODELS_OF_THE_ADMIN,
    "proofs/accounts/test_fuzzing.py": BROWSERS_AND_APPS,
    "proofs/accounts/test_mails.py": "use_celery=yes,use_celery=no",
    "proofs/accounts/test_sign_up.py": BROWSERS_AND_APPS,
    "proofs/accounts/test_social_login.py": BROWSERS_AND_APPS,
    "proofs/catalog/test_cached_products.py": "use_example=yes",
    "proofs/contract/shop/test_hostile.py": "api=drf+ninja",
    "proofs/contract/test_hostile.py": "api=drf+ninja",
    "proofs/core/database/test_batches.py": "use_example=yes,use_example=no",
    "proofs/core/database/test_postgresql.py": "use_example=yes,use_example=no",
    "proofs/core/test_admin_input.py": MODELS_OF_THE_ADMIN,
    "proofs/core/test_demo.py": "use_celery=yes,use_celery=no,use_example=yes,use_example=no",
    "proofs/migrations/test_required_column.py": "use_example=yes",
    "proofs/orders/test_admin.py": "use_example=yes,use_celery=yes,use_celery=no",
    "proofs/orders/test_locking.py": "use_example=yes",
    "proofs/outbox/test_schedule.py": "use_celery=yes",
    "proofs/rehearsal/test_rehearsal.py": "use_example=yes,use_example=no",
}
PROVED_ON_POSTGRESQL = one_for_each(cover(FUNCTIONAL_VARIANTS), ["api", "use_example"])
PROVED_ON_SQLITE = one_for_each(
    [variant for variant in cover(FUNCTIONAL_VARIANTS) if variant not in PROVED_ON_POSTGRESQL], ["use_example"]
)

type Prove = Callable[..., None]


def ignored(variant: Variant, proved: list[Variant], config: pytest.Config, *more: str) -> list[str]:
    """Return pytest's options that leave out ``more`` and what other variants of ``proved`` prove.

    With ``--full`` or ``--where`` no other variant does.
    """
    paths = [*WORKERS, *SERVERS, *BROWSER]
    if not config.getoption("--full"):
        paths += more
    if not config.getoption("--full") and not config.getoption("--where"):
        paths += [path for path, answers in ANSWERS_THAT_MATTER.items() if variant not in having(proved, answers)]
    return [f"--ignore={path}" for path in paths]


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
        env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(CACHE / "hypothesis")  # what it knows of Unicode took it two seconds
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
@pytest.mark.once_for("use_example", but=("api", "use_example"))
def test_the_proofs_hold_on_sqlite(prove: Prove, functional_variant: Variant, pytestconfig: pytest.Config) -> None:
    """In variants that are not proved on PostgreSQL; ON_POSTGRESQL_ONLY with ``--full``."""
    left_out = ignored(functional_variant, PROVED_ON_SQLITE, pytestconfig, *ON_POSTGRESQL_ONLY)
    prove("sqlite", "proofs", "proofs", *left_out)


@pytest.mark.costly
@pytest.mark.once_for("api", "use_example")
def test_the_proofs_hold_on_postgresql(prove: Prove, functional_variant: Variant, pytestconfig: pytest.Config) -> None:
    """But those of settings, which know of no database; ON_SQLITE_ONLY with ``--full``."""
    left_out = ignored(functional_variant, PROVED_ON_POSTGRESQL, pytestconfig, *ON_SQLITE_ONLY)
    prove("postgresql", "proofs", "proofs", f"--ignore={SETTINGS}", *left_out)


@pytest.mark.costly
@pytest.mark.once_for("use_redis", where="use_celery=yes,use_redis=no")
def test_the_proofs_hold_with_workers_on_sqlite(prove: Prove) -> None:
    prove("sqlite", "workers", *WORKERS)


@pytest.mark.costly
@pytest.mark.once_for("use_redis", where="use_celery=yes")
def test_the_proofs_hold_with_workers_on_postgresql(prove: Prove) -> None:
    prove("postgresql", "workers", *WORKERS)


@pytest.mark.costly
@pytest.mark.once_for("use_celery", where="use_celery=no")
def test_the_proofs_hold_with_servers_on_sqlite(prove: Prove, pytestconfig: pytest.Config) -> None:
    """SERVERS_ON_POSTGRESQL_ONLY with ``--full``."""
    full = pytestconfig.getoption("--full")
    prove("sqlite", "servers", *(path for path in SERVERS if full or path not in SERVERS_ON_POSTGRESQL_ONLY))


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


@pytest.mark.parametrize("path", ANSWERS_THAT_MATTER)
def test_what_few_variants_prove_is_proved_for_each_answer_that_matters(path: str) -> None:
    assert (PROOFS.parent / path).exists()
    for proved in (PROVED_ON_SQLITE, PROVED_ON_POSTGRESQL):
        few = having(proved, ANSWERS_THAT_MATTER[path])
        answers = {f"{option}={value}" for variant in few for option, value in variant.answers}
        assert set(ANSWERS_THAT_MATTER[path].split(",")) <= answers
