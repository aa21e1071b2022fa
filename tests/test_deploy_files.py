"""What checks and deploys a generated project is well-formed and safe, says each file's own linter, in every variant."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from baking import Bakery, digest, once
from options import ROOT
from running import run


class Linter(NamedTuple):
    """The files that a linter is for, as a pattern, and its command, to which they are added."""

    pattern: str
    command: list[str]


SCHEMA = ["check-jsonschema", "--builtin-schema"]
LINTERS = {
    # Shell lines are looked at where shellcheck is installed: not everywhere, so nowhere.
    "actionlint": Linter(".github/workflows/*.yml", ["actionlint", "-shellcheck="]),
    "zizmor": Linter(".github/**/*.yml", ["zizmor", "--offline", "--strict-collection", "--no-progress"]),
    "dependabot": Linter(".github/dependabot.yml", [*SCHEMA, "vendor.dependabot"]),
    "gitlab": Linter(".gitlab-ci.yml", [*SCHEMA, "vendor.gitlab-ci"]),
    "hadolint": Linter("Dockerfile", ["hadolint"]),
    "compose": Linter("compose*.yaml", [*SCHEMA, "vendor.compose-spec"]),
    "renovate": Linter("renovate.json", [*SCHEMA, "vendor.renovate"]),
}
PINNED = re.compile(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
# The release that a rehearsal compares with is named differently by everybody's CI.
# What each of them calls otherwise: the branch to compare with, and the form of a report.
OWN = re.compile(r"--old \S+|--format \S+ --output \S+")


def lint(project: Path, linter: Linter) -> None:
    """Run ``linter`` on its files in ``project``; raise AssertionError if it has something to say."""
    program, *options = linter.command
    found = [path.relative_to(project) for path in sorted(project.glob(linter.pattern))]
    if found:
        run(Path(sys.executable).with_name(program), *options, *found, cwd=project)


@pytest.mark.parametrize("name", LINTERS)
def test_its_linter_finds_nothing(name: str, baked: Path, bake: Bakery) -> None:
    """Variants have the same files but for a few: each content is looked at once."""
    files = sorted(baked.glob(LINTERS[name].pattern))
    content = digest(name.encode(), *(path.read_bytes() for path in files))
    once(bake.template.parent / f"linted-{content}", lambda _: lint(baked, LINTERS[name]))


@pytest.mark.parametrize("name", ["actionlint", "zizmor"])
def test_the_templates_own_ci_is_under_the_same_rules(name: str) -> None:
    lint(ROOT, LINTERS[name])


@pytest.mark.parametrize(
    ("name", "path", "good", "bad"),
    [
        ("actionlint", ".github/workflows/ci.yml", "runs-on: ubuntu-24.04", "runs-on: ubuntu-1.0"),
        ("zizmor", ".github/workflows/ci.yml", "permissions:\n  contents: read", "permissions: write-all"),
        ("dependabot", ".github/dependabot.yml", "interval: weekly", "interval: sometimes"),
        ("gitlab", ".gitlab-ci.yml", "interruptible: true", "interruptible: maybe"),
        ("hadolint", "Dockerfile", "WORKDIR /app", "WORKDIR app"),
        ("compose", "compose.yaml", "condition: service_healthy", "condition: in_good_spirits"),
        ("renovate", "renovate.json", '"enabled": true', '"enabled": "yes"'),
    ],
)
def test_the_linters_look_at_the_files(name: str, path: str, good: str, bad: str, bake: Bakery, tmp_path: Path) -> None:
    text = (bake({"ci": "github" if path.startswith(".github") else "gitlab"}) / path).read_text("utf-8")
    assert good in text
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text.replace(good, bad), "utf-8")

    with pytest.raises(AssertionError):
        lint(tmp_path, LINTERS[name])


def test_production_requires_a_password_for_every_service(baked: Path) -> None:
    """Where development has a default, Compose names the variable that production lacks."""
    if not (baked / "compose.yaml").exists():
        return
    usual, production = ((baked / name).read_text("utf-8") for name in ("compose.yaml", "compose.production.yaml"))
    passwords = set(re.findall(r"\$\{(\w*PASSWORD\w*):-", usual))
    services = yaml.safe_load(usual)["services"]
    images = " ".join(service.get("image", "") for service in services.values())
    assert {
        f"{name.upper()}_PASSWORD" for name in ("postgres", "redis", "rabbitmq") if f"{name}:" in images
    } == passwords
    assert {name: f"${{{name}:?set it in .env}}" in production for name in passwords} == dict.fromkeys(passwords, True)
    for line in usual.splitlines():
        assert not re.search(r"://\w*:\w+@|(?i:pass(word)?): *\w+$|requirepass, *\w", line), line


def workflows(*projects: Path) -> list[Path]:
    """Return the GitHub workflows of ``projects``."""
    return [path for project in projects for path in (project / ".github" / "workflows").glob("*.yml")]


def test_every_action_is_pinned_to_a_commit_and_names_its_version(bake: Bakery) -> None:
    lines = [line for path in workflows(bake({}), ROOT) for line in path.read_text("utf-8").splitlines()]
    uses = [line.strip().removeprefix("- ") for line in lines if "uses:" in line]
    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


def commands(project: Path) -> Iterator[str]:
    """Yield the commands that the CI of ``project`` runs."""
    for path in workflows(project):
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
            yield from (step["run"].strip() for step in job["steps"] if "run" in step)
    for path in project.glob(".gitlab-ci.yml"):
        for job in yaml.safe_load(path.read_text("utf-8")).values():
            if isinstance(job, dict):
                yield from (line.rpartition(" || ")[2] for line in job.get("script", []))


def test_its_ci_runs_recipes_and_tests_that_there_are(baked: Path) -> None:
    recipes = re.findall(r"^([a-z-]+)[^\n]*:", (baked / "justfile").read_text("utf-8"), re.MULTILINE)
    for command in commands(baked):
        match shlex.split(command):
            case ["uv", "run", "just", recipe, *_]:
                assert recipe in recipes, command
            case ["docker", "build", "."]:
                assert (baked / "Dockerfile").exists()
            case ["uv", "run", "pytest", path]:
                assert (baked / path).exists(), command
            case _:
                pytest.fail(f"no test knows this command of the CI: {command}")


def test_github_and_gitlab_run_the_same(bake: Bakery) -> None:
    """But for the image, which GitHub has an action for."""
    github, gitlab = (
        sorted(OWN.sub("", command) for command in commands(bake({"ci": ci, "deploy": "none"})))
        for ci in ("github", "gitlab")
    )
    assert github
    assert github == gitlab


def test_the_ci_that_the_handbook_offers_is_under_the_same_rules(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "updating.md").read_text("utf-8")
    github, gitlab = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    workflow = tmp_path / ".github" / "workflows" / "template.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(github, "utf-8")
    (tmp_path / ".gitlab-ci.yml").write_text(gitlab, "utf-8")
    for name in ("actionlint", "zizmor", "gitlab"):
        lint(tmp_path, LINTERS[name])
