"""The recipes of a generated project apply to it, and its gates pass afterwards."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from baking import CACHE, Bakery
from environment import Environment
from options import Variant
from running import clean_environment, commit, git, run
from suites import run_suite
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RECIPE = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DIFFERENCE = re.compile(r"^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)
APPLY = ("apply", "--recount", "--unidiff-zero")  # as the page says


@pytest.mark.once_for("api", where="use_celery=yes,use_example=no")
def test_every_recipe_works(
    functional_variant: Variant, functional_baked: Path, bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    """Each applies alone and with the others, in both orders, where features were added; linters and tests pass."""
    project = place(functional_baked, tmp_path / "project")
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project)
    patches = {}
    for name, recipe in RECIPE.findall((project / "docs" / "recipes.md").read_text("utf-8")):
        (difference,) = DIFFERENCE.findall(recipe)
        patches[name] = tmp_path / f"{name}.diff"
        patches[name].write_text(difference, "utf-8")
        if "apps/invoices" not in difference:
            git(project, *APPLY, "--check", patches[name])
    generator = ["-m", "cookiecutter", "--no-input", "--default-config", str(bake.template / "feature")]
    for answers in ([], ["app=reminders", "fields=text:text invoice:invoices.Invoice"]):
        run(sys.executable, *generator, *answers, cwd=project, env=clean_environment(HOME=str(tmp_path)))
        commit(project)

    for patch in patches.values():
        git(project, *APPLY, patch)
        run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
        run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=project)
        start_over(project)
    for patch in reversed(patches.values()):
        git(project, *APPLY, patch)
    start_over(project)
    for patch in patches.values():
        git(project, *APPLY, patch)

    run(environment.program("ruff"), "check", "--no-cache", "--fix", "--quiet", ".", cwd=project)
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=project)
    run(environment.python, "manage.py", "makemigrations", cwd=project)
    if shutil.which("msgfmt"):
        run(environment.python, "manage.py", "makemessages", "--locale=de", cwd=project)
        run(environment.python, "manage.py", "compilemessages", "--ignore=.venv", cwd=project)
    else:
        (project / "tests" / "api" / "test_languages.py").unlink()
    if dict(functional_variant.answers)["api"] == "drf+ninja":  # which has the code for either
        cache = CACHE / "mypy" / WORKER
        run(environment.program("mypy"), f"--cache-dir={cache}", "apps", "config", "tests", cwd=project)
    passed, tests, ended = run_suite(
        project, environment, "--no-cov", *("tests/walks", "tests/accounts", "tests/api", "tests/invoices")
    )
    assert passed, ended.output
    assert tests, functional_variant


def start_over(project: Path) -> None:
    """Take away what is not committed."""
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "--quiet", "--force", "-d")
