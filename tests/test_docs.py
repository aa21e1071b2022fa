"""What the documentation tells people to type works, and what it points to is there."""

import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from baking import Bakery
from environment import Environment
from options import FUNCTIONAL_VARIANTS, OPTIONS, ROOT, SKELETON, Variant, everything, nothing, questions
from running import clean_environment, run
from snapshot import tracked_files

OURS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# What the owners of a project with every option on read.
THEIRS = [*sorted(SKELETON.glob("*.md")), *sorted((SKELETON / "docs").rglob("*.md"))]
PAGES = [*OURS, *THEIRS]
BLOCK = re.compile(r"^```(?:console|shell|sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^]]+\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
PLACEHOLDER = "org/django-expert"
# Commands that cron runs in projects without Celery; the others have tasks for them.
CRON = {"clear_idempotency_keys", "send_digests"}
LOCAL = {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
HELP = """
import json
import django
from django.core.management import get_commands, load_command_class
django.setup()
commands = {name: load_command_class(app, name) for name, app in get_commands().items()}
print(json.dumps({name: command.create_parser("manage.py", name).format_help() for name, command in commands.items()}))
"""


def commands() -> list[tuple[str, str]]:
    """Return every command in the pages' blocks, with the page's name."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            lines = block.replace("\\\n", " ").splitlines()
            name = page.relative_to(ROOT).as_posix().removeprefix(f"{SKELETON.name}/")
            found += [(name, line.removeprefix("$ ").strip()) for line in lines if line.strip() and "<%" not in line]
    return found


@pytest.mark.parametrize(("page", "command"), [pytest.param(*entry, id=" ".join(entry)) for entry in commands()])
def test_a_command_is_one_that_works(  # noqa: C901, PLR0912, PLR0915 - one case for each program
    page: str, command: str, bake: Bakery, environment: Environment
) -> None:
    words = shlex.split(command, comments=True)
    while words and re.fullmatch("[A-Z_]+=.*", words[0]):
        words = words[1:]
    if "uv" in words[:1] and words[1:2] == ["run"]:
        words = words[2:]
    elif words[:1] == ["uvx"]:
        words = words[1:]
    if words[:1] == ["python"]:
        words = words[1:]
    project = bake(dict(everything().answers) | ({"use_celery": "no"} if CRON & {*words} else {}))
    match words:
        case [] | ["export", _]:
            return  # a comment, a variable
        case ["git", "clone", url]:
            assert url == f"https://github.com/{PLACEHOLDER}"
        case ["curl", *_] | ["npx", "openapi-typescript", *_] | ["openapi-python-client", "generate", *_]:
            assert page == "docs/clients.md", "tests/test_clients.py runs those of that page"
        case [
            "git",
            ("add" | "commit" | "diff" | "grep" | "init" | "ls-files" | "merge" | "pull" | "rm" | "status" | "switch"),
            *_,
        ] | [
            "uv",
            "sync" | "lock",
            *_,
        ]:
            return  # not ours
        case ["createdb", _]:
            return  # PostgreSQL's
        case ["cd", folder]:
            assert folder in ("django-expert", "my_project"), folder
        case ["cookiecutter", *arguments] | ["cruft", "create", *arguments]:
            check_arguments(arguments)
        case ["cruft", subcommand, *_]:
            assert subcommand in ("check", "diff", "link", "update")
        case ["scripts/demo", *arguments]:
            check_answers(arguments[: arguments.index("--")] if "--" in arguments else arguments)
        case ["scripts/handbook" | "scripts/gallery" as script]:
            assert (ROOT / script).stat().st_mode & 0o100
        case ["scripts/examples", *arguments]:
            assert set(arguments) <= {"--against", "main", "--stat"}
        case [script, *arguments] if script in ("scripts/test", ".ci/run"):
            assert (ROOT / script).stat().st_mode & 0o100
            check_pytest(arguments)
        case [script] if script.startswith("benchmarks/"):
            assert (ROOT / script).exists()
        case ["manage.py", subcommand, *arguments]:
            shown = help_of(project, environment)[subcommand]
            assert all(option in shown for option in arguments if option.startswith("--"))
        case ["-m", module, *_]:
            path = project.joinpath(*module.split("."))
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()
        case ["just"]:
            assert (project / "justfile").exists()
        case ["just", recipe, *_]:
            assert re.search(rf"^{recipe}\b.*:", (project / "justfile").read_text("utf-8"), re.MULTILINE)
        case ["deploy/kubernetes/rollout", overlay] | ["kubectl", ("kustomize" | "apply"), *_, overlay]:
            assert (SKELETON / "deploy" / "kubernetes" / "overlays" / Path(overlay).name).is_dir()
        case ["deploy/rollout", _]:
            assert (project / "deploy" / "rollout").stat().st_mode & 0o100
        case ["kubectl", "-n", _, "create", "secret", *_]:
            return  # not ours
        case ["python", "-m", module]:
            assert (project / f"{module.replace('.', '/')}.py").exists()
        case ["docker", "build", *_, "."] | ["docker", "run", *_]:
            assert (project / "Dockerfile").exists()
        case ["docker", "compose", *_]:
            assert (project / "compose.yaml").exists()
        case [("pytest" | "ruff" | "mypy" | "lint-imports" | "locust") as program, *_]:
            assert environment.program(program).exists()
        case _:
            pytest.fail(f"{page} has a command no test knows: {command}")


@cache
def help_of(project: Path, environment: Environment) -> dict[str, str]:
    """Return what each command of ``manage.py`` says of itself, by its name."""
    said: dict[str, str] = json.loads(
        run(environment.python, "-c", HELP, cwd=project, env=clean_environment(**LOCAL)).stdout
    )
    return said


def check_arguments(arguments: list[str]) -> None:
    """Check the arguments of a command that generates a project."""
    template, *answers = arguments
    assert template in (f"gh:{PLACEHOLDER}", f"https://github.com/{PLACEHOLDER}", ".")
    if answers[:1] == ["--directory"]:
        check_feature(answers[1], answers[2:])
        return
    check_answers([answer for answer in answers if not answer.startswith("-")])


def check_feature(directory: str, answers: list[str]) -> None:
    """Check the arguments of a command that generates a feature."""
    asked = json.loads((ROOT / directory / "cookiecutter.json").read_text("utf-8"))
    assert all(answer.split("=", 1)[0] in asked for answer in answers if answer != "--no-input")


def check_answers(answers: list[str]) -> None:
    """Check that every one of ``answers`` is to a question, and every value one that is offered."""
    for answer in answers:
        question, value = answer.split("=", 1)
        assert question in questions()
        assert value in OPTIONS.get(question, [value])


def check_pytest(arguments: list[str]) -> None:
    """Check the arguments passed on to pytest."""
    match arguments:
        case [] | ["-k", _] | ["--full" | "--fresh"]:
            return
        case ["--where", answers] | ["-k", _, "--where", answers]:
            check_answers(answers.split(","))
        case _:
            pytest.fail(f"no test knows these arguments: {arguments}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    missing = [link for link in LINK.findall(text) if not (page.parent / unquote(link)).exists()]
    assert not missing, "\n".join(missing)


def test_the_tests_exist_that_the_threat_table_names() -> None:
    page = (SKELETON / "docs" / "security.md").read_text("utf-8")
    rows = re.findall(r"\| `((tests|proofs)/[\w/]+\.py)`: (.+) \|$", page, re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| (?!who |---)", page, re.MULTILINE)) > 20
    for path, where, names in rows:
        source = ((SKELETON if where == "tests" else ROOT / "tests") / path).read_text("utf-8")
        assert [name for name in re.findall(r"`(\w+)`", names) if f"def {name}(" not in source] == [], path


def test_words_are_spelled_as_in_a_dictionary() -> None:
    """In the documentation, the template's code and the skeleton. Other tests misspell on purpose."""
    checked = tracked_files("*.md", "*.json", "docs", "hooks", "scripts", "answer_rules.py", SKELETON.name)
    pages = [path for path in checked if path.suffix not in {".svg", ".webp"}]
    assert len(pages) > 300
    run(sys.executable, "-m", "codespell_lib", *pages, cwd=ROOT)


@pytest.mark.parametrize("chosen", [everything(), FUNCTIONAL_VARIANTS[0], nothing()], ids=lambda chosen: chosen.id)
def test_the_index_of_a_project_lists_its_pages_and_no_other(chosen: Variant, bake: Bakery) -> None:
    docs = bake(dict(chosen.answers)) / "docs"
    pages = sorted(page.name for page in docs.glob("*.md") if page.name != "README.md")
    assert sorted(LINK.findall((docs / "README.md").read_text("utf-8"))) == pages


def test_every_question_and_value_is_explained() -> None:
    text = (ROOT / "docs" / "options.md").read_text("utf-8")
    names = {*questions(), *(value for values in OPTIONS.values() for value in values)} - {"yes", "no"}
    missing = {name for name in names if f"`{name}`" not in text}
    assert not missing


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    home = re.compile(r"/(?:root|home|Users)/[\w.]|/work/")
    bad = [
        str(page)
        for page in [*OURS, *ROOT.glob("scripts/*"), *ROOT.glob("hooks/*.py"), *ROOT.glob(".ci/*")]
        if page.is_file() and home.search(page.read_text("utf-8"))
    ]
    assert not bad, "\n".join(bad)
