"""Projects made with cruft are the same as cookiecutter's, and can be updated."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from baking import Bakery
from files import files
from options import SKELETON
from running import clean_environment, run

# Made anew at each generation (.env) or by cruft alone.
OWN = {".cruft.json", ".env"}


@pytest.fixture
def template(bake: Bakery, tmp_path: Path) -> Path:
    """A git repository that holds the template."""
    folder = Path(shutil.copytree(bake.template, tmp_path / "template", symlinks=True))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


@pytest.fixture
def created(template: Path, tmp_path: Path) -> Path:
    """A project that cruft made from the template, under git."""
    cruft("create", str(template), "--no-input", "--output-dir", str(tmp_path), cwd=tmp_path)
    project = tmp_path / "my_project"
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project)
    return project


def cruft(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run cruft."""
    return run(sys.executable, "-m", "cruft", *arguments, cwd=cwd, env=clean_environment(HOME=str(cwd)))


def git(repository: Path, *arguments: str) -> None:
    """Run git in ``repository``."""
    identity = ["-c", "user.name=Owner", "-c", "user.email=owner@example.com"]
    run("git", *identity, *arguments, cwd=repository)


def commit(repository: Path) -> None:
    """Commit all there is."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=All")


def test_it_makes_the_same_project_as_cookiecutter(created: Path, bake: Bakery) -> None:
    project = bake({})
    ours = {path.relative_to(project): path.read_bytes() for path in files(project)}
    theirs = {
        path.relative_to(created): path.read_bytes()
        for path in files(created)
        if ".git" not in path.relative_to(created).parts
    }
    assert set(theirs) - set(ours) == {Path(".cruft.json")}
    assert {path for path in ours if str(path) not in OWN and theirs.get(path) != ours[path]} == set()


def test_an_update_brings_what_is_new_and_keeps_what_is_the_owners(created: Path, template: Path) -> None:
    settings = created / "config" / "settings" / "base.py"
    settings.write_text(settings.read_text("utf-8") + "OWNERS_SETTING = 1\n", "utf-8")
    env = created / ".env"
    env.write_text(env.read_text("utf-8") + "OWNERS_VARIABLE=1\n", "utf-8")
    secrets = env.read_text("utf-8")
    commit(created)

    urls = template / SKELETON.name / "config" / "urls.py"
    urls.write_text(urls.read_text("utf-8") + "# new in the template\n", "utf-8")
    commit(template)
    cruft("update", "--skip-apply-ask", cwd=created)

    assert "# new in the template" in (created / "config" / "urls.py").read_text("utf-8")
    assert "OWNERS_SETTING = 1" in settings.read_text("utf-8")
    assert env.read_text("utf-8") == secrets
    assert list(created.rglob("*.rej")) == []
    head = run("git", "rev-parse", "HEAD", cwd=template).stdout.strip()
    assert json.loads((created / ".cruft.json").read_text("utf-8"))["commit"] == head
