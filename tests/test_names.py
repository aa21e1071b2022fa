"""Whatever people type as a name arrives unharmed everywhere it is used."""

import html
import json
import shutil
import tomllib
from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from files import files
from running import clean_environment, run

HOSTILE = {
    "quotes": """The "Best" O'Neil's `Shop` """ + '"""' + " '''",
    "markup": "<script>alert(1)</script> & <b>Sons</b> &amp;",
    "template": "{{ 7|add:7 }} {% now 'Y' %} {# x #} %(name)s {name} ${name} 100%",
    "accents": "Café Ünïcödé — 商店 “Größe” №1",
    "emoji": "Shop 🎉👩🏽‍💻",
    "backslash": "C:\\new\\table \\u0041 \\N{DASH} ends with \\",
    "long": 'A "Very" ' * 11,
    "right to left": "\u200fشركة \u200b",
    "yaml": "- key: [value, *alias] # comment !tag | > @ ` %",
}
TEXTS = ("project_name", "description", "author_name")


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def name(request: pytest.FixtureRequest) -> str:
    """A name somebody might type."""
    return str(request.param)


@pytest.fixture
def named(name: str, bake: Bakery, tmp_path: Path) -> Path:
    """A copy of the project that has ``name`` in every answer that is free text."""
    answers = dict.fromkeys(TEXTS, name) | {"project_slug": "hostile"}
    return Path(shutil.copytree(bake(answers), tmp_path / "project"))


def test_the_name_arrives_in_pyproject(name: str, named: Path) -> None:
    project = tomllib.loads((named / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["description"] == name
    assert project["authors"] == [{"name": name, "email": "you@example.com"}]


def test_python_files_compile_and_need_no_formatting(named: Path, environment: Environment) -> None:
    for path in files(named, ".py"):
        compile(path.read_bytes(), path, "exec", dont_inherit=True)
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=named)
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=named)


def test_the_license_names_the_author(name: str, named: Path) -> None:
    assert name in (named / "LICENSE").read_text("utf-8")


def test_the_project_runs_and_its_landing_page_shows_the_name(name: str, named: Path, environment: Environment) -> None:
    run(environment.python, "manage.py", "check", cwd=named)  # with the settings for development, and .env
    page = landing_page(named, environment)
    assert html.escape(name) in page
    assert name not in page or name == html.escape(name)


def landing_page(project: Path, environment: Environment) -> str:
    """Return the HTML at / of ``project``."""
    program = (
        "import django, json; django.setup();"
        "from django.test import Client; print(json.dumps(Client().get('/').content.decode()))"
    )
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.test")
    return str(json.loads(run(environment.python, "-c", program, cwd=project, env=env).stdout))
