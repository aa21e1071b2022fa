"""A project installed from nothing but its own pyproject.toml lacks nothing and has nothing to spare."""

import json
import os
import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

from baking import CACHE
from environment import Environment
from files import texts
from running import clean_environment, run

# Libraries that are part of another's interface, which chooses their versions: Celery's queues, connections and
# processes, and what Ninja's schemas are made of.
COMES_WITH = {
    "amqp": "celery",
    "billiard": "celery",
    "kombu": "celery",
    "pydantic": "django-ninja",
    "pydantic_core": "django-ninja",
}


# Variants take turns in one environment for each test process. What Python compiles is kept beside it, so that nothing
# is left in it of a library that the next variant does not declare.
DECLARED = CACHE / "workshops" / os.environ.get("PYTEST_XDIST_WORKER", "main") / "declared"
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(DECLARED.with_name("compiled"))}

CHECK_AND_LOAD = """
import warnings
import django
from django.core.management import call_command
django.setup()
call_command("check", deploy=True, fail_level="WARNING")
warnings.simplefilter("ignore")  # of static files that were not collected
import config.wsgi, config.asgi
"""


def install(project: Path, *arguments: str) -> Path:
    """Install what ``project`` declares, remove all else, and return the interpreter."""
    DECLARED.mkdir(parents=True, exist_ok=True)
    (DECLARED / "uv.lock").unlink(missing_ok=True)
    (DECLARED / "pyproject.toml").write_bytes((project / "pyproject.toml").read_bytes())
    venv = DECLARED / "venv"
    env = clean_environment(
        UV_PROJECT_ENVIRONMENT=str(venv), UV_PYTHON=os.environ.get("UV_PYTHON", sys.executable), UV_LINK_MODE="hardlink"
    )
    run("uv", "sync", "--quiet", *arguments, cwd=DECLARED, env=env)
    return venv / "bin" / "python"


@pytest.mark.costly
@pytest.mark.once_for("auth")  # with each API, and with and without the others that dependencies are for
def test_what_is_declared_suffices(functional_baked: Path, environment: Environment, tmp_path: Path) -> None:
    """For production: settings and URLs load, and the deployment check finds nothing. Then for tests and tools."""
    env = clean_environment(**COMPILED, **good_production(functional_baked, environment))
    python = install(functional_baked, "--no-dev")
    checked = run(python, "-W", "error", "-c", CHECK_AND_LOAD, cwd=functional_baked, env=env).stdout
    assert "no issues (0 silenced)" in checked

    install(functional_baked, "--all-groups")
    env = clean_environment(**COMPILED, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")  # not beside what was baked
    run(python, "manage.py", "check", cwd=functional_baked, env=env)
    collect = ["-m", "pytest", "-q", "--collect-only", "--no-cov", "-p", "no:cacheprovider"]
    found = run(python, *collect, cwd=functional_baked, env=env)
    assert re.search(r"^\d+ tests collected", found.stdout, re.MULTILINE)


def good_production(project: Path, environment: Environment) -> dict[str, str]:
    """Return the variables with which the tests of ``project`` load the settings of production."""
    program = "import json; from tests.config.production import PRODUCTION as given; print(json.dumps(given))"
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.test")
    good = json.loads(run(environment.python, "-c", program, cwd=project, env=env).stdout)
    return {**good, "DJANGO_SETTINGS_MODULE": "config.settings.production"}


@pytest.mark.costly
def test_each_import_is_declared_and_each_dependency_used(
    functional_baked: Path, environment: Environment, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    env = clean_environment(PYTHONPATH=str(environment.packages))
    # What is in tools/ is run with the libraries for development.
    run(
        sys.executable,
        "-m",
        "deptry",
        ".",
        "--extend-exclude",
        "^tools/",
        "--json-output",
        report,
        cwd=functional_baked,
        env=env,
        status=None,
    )
    declared = tomllib.loads((functional_baked / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    left = [
        f"{name}: {problem['error']['message']}"
        for problem in json.loads(report.read_text("utf-8"))
        for name in [problem["module"]]
        if not (problem["error"]["code"] == "DEP002" and is_named(name, functional_baked, environment))
        and not any(library.startswith(COMES_WITH.get(name, " ")) for library in declared)
    ]
    assert not left, "\n".join(left)


def is_named(library: str, project: Path, environment: Environment) -> bool:
    """Tell whether a module of ``library`` is named in ``project``: settings name classes, a Dockerfile commands."""
    (found,) = distributions(name=library, path=[str(environment.packages)])
    modules = {path.parts[0].removesuffix(".py") for path in found.files or () if path.suffix == ".py"}
    named = re.compile("|".join(map(re.escape, modules)), re.IGNORECASE)
    return any(named.search(text) for path, text in texts(project) if path != "pyproject.toml")
