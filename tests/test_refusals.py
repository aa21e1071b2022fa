"""Answers no project can be made from are refused in one line, and nothing is left behind."""

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cookiecutter.exceptions import FailedHookException

from environment import Environment
from options import ROOT, SKELETON
from running import run

if TYPE_CHECKING:
    from pytest_cookies.plugin import Cookies

REFUSED = [
    ("project_slug", "a/b", "lower-case"),
    ("project_slug", "a b", "lower-case"),
    ("project_slug", "a-b", "lower-case"),
    ("project_slug", "1a", "lower-case"),
    ("project_slug", "Shop", "lower-case"),
    ("project_slug", "_shop", "lower-case"),
    ("project_slug", "shop_", "lower-case"),
    ("project_slug", "straße", "lower-case"),
    ("project_slug", "s" * 51, "longer than 50"),
    ("project_slug", "class", "Python keyword"),
    ("project_slug", "async", "Python keyword"),
    ("project_slug", "json", "standard library"),
    ("project_slug", "test", "standard library"),
    ("project_slug", "django", "libraries"),
    ("project_slug", "django_environ", "libraries"),
    ("project_slug", "celery", "libraries"),
    ("project_slug", "rest_framework", "libraries"),
    ("project_slug", "apps", "the project"),
    ("project_slug", "config", "the project"),
    ("project_slug", "tests", "the project"),
    ("project_slug", "manage", "the project"),
    ("project_name", "", "empty"),
    ("project_name", "  ", "empty"),
    ("project_name", "n" * 101, "longer than 100"),
    ("project_name", "two\nlines", "line breaks"),
    ("project_name", "bell\a", "control characters"),
    ("project_name", "two\u2028lines", "line breaks"),
    ("project_name", "evil \u202etxt.exe", "control"),
    ("description", "d" * 201, "longer than 200"),
    ("description", "tab\there", "control characters"),
    ("author_name", "", "empty"),
    ("author_name", "a" * 101, "longer than 100"),
    ("author_email", "", "empty"),
    ("author_email", "someone", "e-mail"),
    ("author_email", "some one@example.com", "e-mail"),
    ("author_email", "someone@example", "e-mail"),
    ("author_email", '"someone"@example.com', "e-mail"),
    ("author_email", "someone@-example.com", "e-mail"),
    ("author_email", f"{'a' * 250}@example.com", "longer than 253"),
    ("domain_name", "", "empty"),
    ("domain_name", "localhost", "domain"),
    ("domain_name", "https://example.com", "domain"),
    ("domain_name", "example.com/shop", "domain"),
    ("domain_name", "example..com", "domain"),
    ("domain_name", "exa_mple.com", "domain"),
    ("domain_name", "10.0.0.1", "domain"),
    ("domain_name", f"{'a' * 64}.com", "domain"),
]


@pytest.mark.parametrize(("question", "answer", "rule"), REFUSED)
def test_a_bad_answer_is_refused_in_one_line(
    question: str,
    answer: str,
    rule: str,
    cookies: "Cookies",
    tmpdir: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    name = {} if question.startswith("project_") else {"project_name": "Some Project"}
    result = cookies.bake(extra_context={"project_slug": "fine", **name, question: answer})
    assert isinstance(result.exception, FailedHookException)
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"{question} = {answer[:60]!r} is refused: it must ")
    assert rule in line
    assert not (Path(tmpdir) / "cookies" / "bake00" / "fine").exists()


@pytest.mark.parametrize("name", ["🎉", "🎉 🎉", "2048", "3D Print Shop", "Ünïcödé", "测试", "-", "N" * 100, "A__b_"])
def test_every_name_has_a_usable_default_slug(name: str, cookies: "Cookies") -> None:
    assert cookies.bake(extra_context={"project_name": name}).exception is None


@pytest.mark.parametrize("slug", ["match", "type", "a", "a1", "a_1", "s" * 50])
def test_a_good_slug_is_taken(slug: str, cookies: "Cookies") -> None:
    result = cookies.bake(extra_context={"project_slug": slug})
    assert result.project_path.name == slug


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("author_email", "first.last+tag@mail.example.co.uk"),
        ("author_email", "o'neil@example.com"),
        ("domain_name", "xn--mnchen-3ya.de"),
        ("domain_name", "Shop.Example.COM"),
        ("description", ""),
    ],
)
def test_a_good_answer_is_taken(question: str, answer: str, cookies: "Cookies") -> None:
    assert cookies.bake(extra_context={question: answer}).exception is None


def taken_names() -> set[str]:
    """Return the names the hook refuses, read from its source."""
    tree = ast.parse((ROOT / "hooks" / "pre_gen_project.py").read_text("utf-8"))
    (names,) = (
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TAKEN"
    )
    return set(ast.literal_eval(names).split())


def test_every_name_of_the_project_itself_is_refused() -> None:
    own = {path.stem for path in SKELETON.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {name for name in own if name.isidentifier()} <= taken_names()


def test_every_name_of_a_library_is_refused(environment: Environment) -> None:
    """Neither a library's module nor its distribution can have the name of a project."""
    program = "import importlib.metadata as m, json; print(json.dumps(m.packages_distributions()))"
    modules = json.loads(run(environment.python, "-c", program, cwd=ROOT).stdout)
    required = required_distributions()
    names = {module for module, owners in modules.items() if required & set(map(normal, owners))}
    names |= required
    slugs = {name.removeprefix("django_") for name in names if re.fullmatch("[a-z][a-z0-9_]*", name)}
    assert slugs <= taken_names()


def normal(distribution: str) -> str:
    """Return the name of a distribution as a slug would have it."""
    return re.sub(r"[-_.]+", "_", distribution).lower()


def required_distributions() -> set[str]:
    """Return the distributions that the skeleton's pyproject.toml names."""
    project = tomllib.loads((SKELETON / "pyproject.toml").read_text("utf-8"))
    groups = [project["project"]["dependencies"], *project.get("dependency-groups", {}).values()]
    requirements = [entry for group in groups for entry in group if isinstance(entry, str)]
    return {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}
