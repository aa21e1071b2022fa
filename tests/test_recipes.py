"""The recipes of a generated project apply to it, and its gates pass afterwards."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from options import Variant
from running import clean_environment, commit, git, run
from suites import run_suite
from workshop import place

RECIPE = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DIFFERENCE = re.compile(r"^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.once_for("api", where="use_celery=yes,use_example=no")
def test_every_recipe_works(
    functional_variant: Variant, functional_baked: Path, bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    """Each is applied to the project as it was generated and checked alone; then all are merged, and their tests run."""
    project = place(functional_baked, tmp_path / "project")
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project)
    # Some are for an app that the generator of features wrote.
    git(project, "switch", "--quiet", "--create", "invoices")
    generator = ["cookiecutter", "--no-input", "--default-config", str(bake.template / "feature")]
    run(sys.executable, "-m", *generator, cwd=project, env=clean_environment(HOME=str(tmp_path)))
    commit(project)
    recipes = dict(RECIPE.findall((project / "docs" / "recipes.md").read_text("utf-8")))
    if not shutil.which("msgfmt"):
        recipes.pop("A second language")

    # Lines that two recipes add at one place are both kept.
    (project / ".git" / "info" / "attributes").write_text("* merge=union\n", "utf-8")
    branches = [name.replace(" ", "-") for name in recipes]
    for branch, recipe in zip(branches, recipes.values(), strict=True):
        (difference,) = DIFFERENCE.findall(recipe)
        patch = tmp_path / f"{branch}.diff"
        patch.write_text(re.sub("^$", " ", difference.rstrip("\n"), flags=re.MULTILINE) + "\n", "utf-8")
        git(
            project,
            "switch",
            "--quiet",
            "--create",
            branch,
            "invoices" if "apps/invoices" in patch.read_text("utf-8") else "main",
        )
        git(project, "apply", "--recount", patch)
        run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
        run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=project)
        commit(project, branch)
    for branch in branches[:-1]:
        git(project, "merge", "--quiet", "--no-edit", branch)

    run(environment.program("ruff"), "check", "--no-cache", "--fix", "--quiet", "--select=I001", ".", cwd=project)
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
    run(environment.python, "manage.py", "makemigrations", cwd=project)
    if "A second language" in recipes:
        run(environment.python, "manage.py", "makemessages", "--locale=de", cwd=project)
        run(environment.python, "manage.py", "compilemessages", "--ignore=.venv", cwd=project)
    run(environment.program("mypy"), "apps", "config", "tests", cwd=project)
    passed, tests, ended = run_suite(
        project, environment, "--no-cov", *("tests/walks", "tests/accounts", "tests/api", "tests/invoices")
    )
    assert passed, ended.output
    assert tests, functional_variant
