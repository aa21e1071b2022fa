"""The generated project's audit finds nothing in what is generated, and every fault that is planted there."""

import json
import re
import resource
import shutil
from pathlib import Path
from typing import Any

import pytest

import planted
from baking import CACHE, Bakery, digest, once
from environment import Environment
from options import everything
from running import clean_environment, run

VARIANTS = {
    "default": {},
    "everything": dict(everything().answers),
    "ninja without the example": {"api": "ninja", "auth": "jwt", "use_example": "no"},
    "smallest": {"auth": "session", "use_celery": "no", "use_redis": "no", "use_example": "no"},
}
FAULT = re.compile(r"# fault: ([A-Z0-9 ]+)")


def audit(project: Path, environment: Environment, *arguments: str) -> Any:
    """Return the report of an audit of ``project`` as JSON."""
    command = ["-m", "tools.audit", "--format=json", *arguments]
    return json.loads(run(environment.python, *command, cwd=project, env=clean_environment(), status=None).stdout)


@pytest.mark.parametrize("answers", VARIANTS.values(), ids=VARIANTS)
def test_nothing_is_found_in_what_is_generated(
    answers: dict[str, str], bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(bake(answers), tmp_path / "project"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = audit(project, environment)
    assert report["findings"] == []
    assert not [line for line in report["unseen"] if "answers 5" in line or "Error" in line]
    assert len(report["samples"]) >= 8
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30  # seconds, however busy the machine


def expected() -> list[tuple[str, str, int]]:
    """Return the path, the rules and the line of each planted fault; the line is 0 in a file that is changed."""
    texts = [*planted.FILES.items(), *((path, text) for path, _, text in planted.CHANGES)]
    return [
        (path, match[1], text[: match.start()].count("\n") + 1 if path in planted.FILES else 0)
        for path, text in texts
        for match in FAULT.finditer(text)
    ]


@pytest.fixture(scope="session")
def found(bake: Bakery, environment: Environment) -> dict[tuple[str, int], set[str]]:
    """Plant all faults in a project, and return the rules that its audit reports for each line."""
    name = digest(repr((planted.FILES, planted.CHANGES)).encode(), bake.template.parent.name.encode())

    def build(target: Path) -> None:
        project = Path(shutil.copytree(bake(VARIANTS["everything"]), target / "project"))
        for path, text in planted.FILES.items():
            (project / path).write_text(text, "utf-8")
        for path, old, new in planted.CHANGES:
            text = (project / path).read_text("utf-8")
            assert old in text, (path, old)
            (project / path).write_text(text.replace(old, new, 1), "utf-8")
        (target / "report.json").write_text(json.dumps(audit(project, environment)), "utf-8")

    folder = once(CACHE / "audits" / name, build)
    rules: dict[tuple[str, int], set[str]] = {}
    for one in json.loads((folder / "report.json").read_text("utf-8"))["findings"]:
        text = (folder / "project" / one["path"]).read_text("utf-8").splitlines()
        lines = range(one["line"], max(one["line"], one["end"]) + 1)
        line = next((number for number in lines if "# fault: " in text[number - 1]), one["line"])
        rules.setdefault((one["path"], line), set()).add(one["rule"])
    return rules


@pytest.mark.parametrize(("path", "rules", "line"), expected())
def test_a_planted_fault_is_found(path: str, rules: str, line: int, found: dict[tuple[str, int], set[str]]) -> None:
    places = [line] if line else [number for (name, number) in found if name == path]
    assert any(set(rules.split()) <= found.get((path, place), set()) for place in places), found


def test_nothing_else_is_found(found: dict[tuple[str, int], set[str]]) -> None:
    faults = {(path, line): set(rules.split()) for path, rules, line in expected() if line}
    changed = {path for path, _, line in expected() if not line}
    wrong = {place: rules - faults.get(place, set()) for place, rules in found.items() if place[0] not in changed}
    assert {place: rules for place, rules in wrong.items() if rules} == {}
