"""However a project is generated, it is the same: typed answers, a replay, a git repository, an archive."""

import shutil
import sys
from pathlib import Path

import pexpect
import pytest

from baking import Bakery
from files import contents
from options import OPTIONS, questions
from running import clean_environment, commit, git, run

# An answer to each question that is none of its defaults.
ANSWERS = {
    "project_name": "Corner Shop",
    "project_slug": "corner_shop",
    "description": "Sells what is around the corner.",
    "author_name": "Ada",
    "author_email": "ada@example.org",
    "domain_name": "shop.example.org",
} | {option: values[1] for option, values in OPTIONS.items()}


@pytest.fixture
def expected(bake: Bakery) -> dict[str, bytes]:
    """What a project with the answers holds."""
    return contents(bake(ANSWERS))


def generate(template: str, folder: Path, *arguments: str) -> Path:
    """Generate a project in ``folder``, whose home is there as well, and return it."""
    run(*command(template, folder, *arguments), cwd=folder, env=clean_environment(HOME=str(folder)))
    return folder / "corner_shop"


def command(template: str, folder: Path, *arguments: str) -> list[str]:
    """Return the command that generates a project in ``folder``."""
    return [sys.executable, "-m", "cookiecutter", "--output-dir", str(folder), template, *arguments]


def given() -> list[str]:
    """Return the answers as arguments."""
    return ["--no-input", *(f"{question}={answer}" for question, answer in ANSWERS.items())]


def answer_at_the_terminal(bake: Bakery, folder: Path) -> Path:
    """Generate a project the way people do, by typing each answer at its prompt."""
    program, *arguments = command(str(bake.template), folder)
    env = clean_environment(HOME=str(folder), TERM="dumb", COLUMNS="200")
    terminal = pexpect.spawn(program, arguments, env=env, encoding="utf-8", timeout=60, dimensions=(50, 200))
    asked = questions()
    for number, (question, answer) in enumerate(ANSWERS.items(), 1):
        terminal.expect_exact(f"[{number}/{len(asked)}]")
        values = asked[question]
        if isinstance(values, list):
            terminal.expect(r"Choose from .*\):")
            terminal.sendline(str(values.index(answer) + 1))
        else:
            terminal.expect(r"\):")
            if question == "domain_name":  # then one is asked again
                for refused, shown in {"nowhere": "'nowhere'", "": "''"}.items():
                    terminal.sendline(refused)
                    terminal.expect_exact(f"domain_name = {shown} is refused")
                    terminal.expect_exact("domain_name: ")
            terminal.sendline(answer)
    terminal.expect_exact("uv run manage.py demo")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    return folder / "corner_shop"


def test_every_question_has_an_answer_here() -> None:
    assert list(ANSWERS) == list(questions())


def test_answers_typed_at_a_terminal_make_it_and_a_replay_makes_it_again(
    bake: Bakery, expected: dict[str, bytes], tmp_path: Path
) -> None:
    typed = answer_at_the_terminal(bake, tmp_path)
    assert contents(typed) == expected
    shutil.rmtree(typed)
    assert contents(generate(str(bake.template), tmp_path, "--replay")) == expected


@pytest.fixture
def repository(bake: Bakery, tmp_path: Path) -> Path:
    """A git repository that holds the template."""
    folder = Path(shutil.copytree(bake.template, tmp_path / "django-expert", symlinks=True))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def test_a_git_repository_makes_it(repository: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    git(repository, "clone", "--quiet", "--bare", ".", tmp_path / "served.git")
    assert contents(generate(f"file://{tmp_path}/served.git", tmp_path, *given())) == expected


def test_an_archive_makes_it(repository: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    archive = tmp_path / "template.zip"
    git(repository, "archive", "--prefix=django-expert/", f"--output={archive}", "HEAD")
    assert contents(generate(str(archive), tmp_path, *given())) == expected
