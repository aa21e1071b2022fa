"""Answers no project can be made from are refused in one line, and nothing is left behind."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from answer_rules import taken_names
from cookiecutter.exceptions import FailedHookException

from environment import Environment
from options import OPTIONS, ROOT, SKELETON, questions
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
    ("project_slug", "django_axes", "libraries"),
    ("project_slug", "celery", "libraries"),
    ("project_slug", "rest_framework", "libraries"),
    ("project_slug", "asgiref", "libraries"),
    ("project_slug", "jinja2", "libraries"),
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
    line = str(result.exception)
    assert line.startswith(f"{question} = {answer[:60]!r} is refused: it must ")
    assert len(line.splitlines()) == 1
    assert capfd.readouterr() == ("", "")
    assert rule in line
    assert list(Path(tmpdir).glob("cookies/bake00/*")) == []


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


def test_every_question_with_a_free_answer_is_checked_right_after_it_is_asked() -> None:
    entries = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))
    names = list(entries)
    for question in questions():
        if question not in OPTIONS:
            following = names[names.index(question) + 1]
            assert entries[following] == f"<<cookiecutter.{question}|checked('{question}')>>"


def test_every_name_of_the_project_itself_is_refused() -> None:
    own = {path.stem for path in SKELETON.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {name for name in own if name.isidentifier()} <= taken_names()


def test_every_library_that_uv_installs_is_refused(environment: Environment) -> None:
    """Uv refuses a project that has the name of one of its libraries, or of what those need."""
    command = ["export", "--frozen", "--all-extras", "--no-hashes", "--no-header", "--no-annotate", "--no-emit-project"]
    exported = run("uv", *command, cwd=environment.folder).stdout
    installed = {re.split(r"[\[<>=!~; ]", requirement)[0] for requirement in exported.splitlines()}
    assert {re.sub(r"[-_.]+", "_", name).lower() for name in installed} <= taken_names()


def test_every_module_that_the_project_imports_or_installs_is_refused() -> None:
    known = {
        "allauth",
        "axes",
        "corsheaders",
        "django",
        "guardian",
        "rest_framework",
        "unfold",
        "whitenoise",
    }
    assert known <= taken_names()
    assert not {"shop", "my_project", "name", "user", "model"} & taken_names()
