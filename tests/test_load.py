"""The generated project's load test works, however fast this machine is."""

import shutil
from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from options import everything
from running import clean_environment, run

EVERYTHING = dict(everything().answers)


@pytest.mark.costly
@pytest.mark.parametrize(
    ("answers", "few"),
    [(EVERYTHING, ["--orders=100"]), ({**EVERYTHING, "use_example": "no"}, [])],
    ids=["everything", "without example"],
)
def test_callers_of_every_kind_are_answered(
    answers: dict[str, str], few: list[str], bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(bake(answers), tmp_path / "project"))
    options = ["--users=6", "--seconds=3", *few]
    result = run(environment.python, "-m", "tools.load", *options, cwd=project, env=clean_environment(), status=None)
    verdict = result.stdout.rpartition("Response time percentiles")[2]
    assert "P95" in verdict, f"{result.stdout}\n{result.stderr}"
    assert "No request was sent" not in verdict
    assert "failed" not in verdict
