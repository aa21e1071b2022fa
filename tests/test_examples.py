"""Reviewers see what a change to the template does to projects."""

import sys
from pathlib import Path

import pytest

from examples import EXAMPLES
from options import OPTIONS, SKELETON
from running import clean_environment, commit, git, run
from snapshot import copy_files


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository in which all is committed."""
    folder = tmp_path / "repository"
    copy_files(folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def show(repository: Path, *arguments: str, status: int = 0) -> str:
    """Run the command as scripts/examples does and return what it says."""
    script = repository / "scripts" / "examples.py"
    result = run(
        sys.executable, script, *arguments, cwd=repository, env=clean_environment(GIT_PAGER="cat"), status=status
    )
    return result.stdout + result.stderr


def test_a_change_is_shown_in_the_projects_it_reaches_and_no_other(repository: Path) -> None:
    ninja = repository / SKELETON.name / "config" / "api_ninja.py"
    ninja.write_text(ninja.read_text("utf-8") + "# changed\n", "utf-8")

    diff = show(repository)

    assert "+# changed\n" in diff
    assert [line for line in diff.splitlines() if line.startswith("+++")] == [
        "+++ after/ninja_and_jwt/config/api_ninja.py"
    ]


def test_nothing_is_shown_where_nothing_changes_and_any_revision_is_compared_with(repository: Path) -> None:
    readme = repository / SKELETON.name / "README.md"
    readme.write_text(readme.read_text("utf-8") + "Changed.\n", "utf-8")
    commit(repository)

    assert show(repository) == ""
    assert " 3 files changed, 3 insertions(+)" in show(repository, "--against", "HEAD^", "--stat")


def test_a_revision_that_is_none_is_one_clear_error(repository: Path) -> None:
    assert show(repository, "--against", "none", status=1).startswith("error: ")
    assert "none" in show(repository, "--against", "none", status=1)


def test_the_examples_are_made_of_answers_there_are() -> None:
    answers = [answer.split("=", 1) for given in EXAMPLES.values() for answer in given]
    assert [answer for answer in answers if answer[1] not in OPTIONS[answer[0]]] == []
