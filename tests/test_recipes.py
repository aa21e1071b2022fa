"""The recipes of a generated project apply to it, and its gates pass afterwards."""

import re
from pathlib import Path

import pytest

from environment import Environment
from options import Variant
from running import commit, git, run
from suites import run_suite
from workshop import place

RECIPE = re.compile(r"^## (.+?)\n.*?^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.once_for("api", where="use_celery=yes,use_example=no")
def test_every_recipe_works(
    functional_variant: Variant, functional_baked: Path, environment: Environment, tmp_path: Path
) -> None:
    project = place(functional_baked, tmp_path / "project")
    git(project, "init", "--quiet")
    commit(project)
    recipes = dict(RECIPE.findall((project / "docs" / "recipes.md").read_text("utf-8")))
    assert recipes
    for name, difference in recipes.items():
        patch = tmp_path / f"{name}.diff"
        patch.write_text(re.sub("^$", " ", difference.rstrip("\n"), flags=re.MULTILINE) + "\n", "utf-8")
        git(project, "apply", "--recount", patch)

    run(environment.python, "manage.py", "makemigrations", cwd=project)
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=project)
    run(environment.program("mypy"), "apps", "config", cwd=project)
    passed, tests, ended = run_suite(project, environment, "--no-cov", "tests/walks", "tests/accounts")
    assert passed, ended.output
    assert tests, functional_variant
