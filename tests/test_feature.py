"""The generator of features: what it writes passes every gate of the project, and what it refuses it leaves alone."""

import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cookiecutter.exceptions import FailedHookException
from cookiecutter.main import cookiecutter

from baking import CACHE, Bakery
from environment import Environment
from feature_extension import RESERVED, Project, as_model, as_plural
from files import contents
from options import Variant
from running import clean_environment, commit, git, run
from suites import outcome
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
EVERY_KIND = (
    "name:str body:text count:int price:money active:bool date:date due:date datetime:datetime contact:email site:url "
    "bill:invoices.Invoice"
)
# Tests of three features, the walks over them included.
MANY = 60

type Generate = Callable[..., CompletedProcess[str]]


@pytest.fixture
def generate(bake: Bakery, tmp_path: Path) -> Generate:
    """Run the generator in a project, as its owner would in its root."""

    def generate(project: Path, *, status: int | None = 0, **answers: str) -> CompletedProcess[str]:
        words = [f"{question}={answer}" for question, answer in answers.items()]
        command = ["-m", "cookiecutter", "--no-input", "--default-config", str(bake.template / "feature"), *words]
        return run(sys.executable, *command, cwd=project, env=clean_environment(HOME=str(tmp_path)), status=status)

    return generate


@pytest.fixture
def project(bake: Bakery, tmp_path: Path) -> Path:
    """A project with both frameworks in a repository, its files committed."""
    project = place(bake({"api": "drf+ninja"}), tmp_path / "project")
    git(project, "init", "--quiet")
    commit(project)
    return project


def check_statically(project: Path, environment: Environment) -> None:
    """Run the linters and look for missing migrations."""
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=project)
    run(environment.program("lint-imports"), "--no-cache", cwd=project)
    run(environment.python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=project)


@pytest.mark.costly
@pytest.mark.once_for("api")  # what most of the generator is about
def test_new_features_pass_every_gate(
    functional_variant: Variant,
    functional_baked: Path,
    generate: Generate,
    environment: Environment,
    fresh: bool,  # noqa: FBT001 - a fixture
) -> None:
    project = place(functional_baked, CACHE / "workshops" / WORKER / "features")
    example = " customer:orders.Customer" if (project / "apps" / "orders").exists() else ""
    generate(project, app="invoices", fields=f"number:str due:date amount:money{example}")
    (project / ".feature-kinds").mkdir()  # left by an interrupted run
    generate(project, app="kinds", model="Category", fields=EVERY_KIND)
    generate(project, app="testimonials", fields="at:datetime")

    check_statically(project, environment)
    run(environment.program("mypy"), f"--cache-dir={CACHE / 'mypy' / WORKER}", ".", cwd=project)
    arguments = ["--no-cov", "tests", "-k", "invoices or kinds or categories or testimonials"]
    if dict(functional_variant.answers)["api"] == "drf+ninja":  # which has the code for either
        run(environment.python, "-m", "tools.audit", cwd=project)
        arguments = ["--cov"]
    suite = outcome(functional_variant, "features", project, environment, *arguments, env={}, fresh=fresh)
    assert suite.passed, suite.output
    assert suite.tests > MANY


@pytest.mark.parametrize(
    "answers",
    [
        {
            "model": "A" + "b" * 29,
            "plural": "b" * 30,
            "fields": re.sub(r"\w+(?=:)", lambda name: name[0].ljust(30, "x"), EVERY_KIND),
        },
        {"fields": "done:bool"},
        {"fields": " ".join(f"{letter * 30}:str" for letter in "abcdef")},
        {"fields": "number:int product:catalog.Product other:catalog.Product"},
        {"model": "LineItem", "fields": "at:datetime seller:orders.Customer buyer:orders.Customer"},
        {"app": "app10", "model": "Bag", "fields": "price:money price2:money"},
        {"model": "Testimonial", "fields": "at:datetime"},
    ],
    ids=lambda answers: answers["fields"][:40],
)
def test_names_of_any_kind_leave_nothing_to_format(
    answers: dict[str, str], project: Path, generate: Generate, environment: Environment
) -> None:
    answers["fields"] = answers["fields"].replace("invoices.Invoice", "orders.Order")
    generate(project, **{"app": "app2", "model": "Thing"} | answers)
    generate(project, app="app1", model="Parcel", fields="done:bool")

    check_statically(project, environment)


REFUSED = [
    ("app", "orders", "apps/orders is there already"),
    ("app", "errors", "apps/errors is there already"),
    ("app", "walks", "tests/walks is there already"),
    ("app", "client", "tests/client is there already"),
    ("app", "admin", "an installed app has that name"),
    ("app", "mfa", "an installed app has that name"),
    ("app", "sessions", "an installed app has that name"),
    ("app", "class", "Python keyword"),
    ("app", "Invoices", "lower-case"),
    ("app", "../x", "lower-case"),
    ("app", "rechnung_für", "lower-case"),
    ("app", "", "lower-case"),
    ("app", "a" * 31, "longer than 30"),
    ("model", "invoice", "CamelCase"),
    ("model", "APIKey", "CamelCase"),
    ("model", "Rechnungß", "CamelCase"),
    ("model", "Order", "apps/orders/models.py has a model of that name"),
    ("model", "Exception", "something else"),
    ("model", "Decimal", "something else"),
    ("model", "Class", "something else"),
    ("model", "Response", "something else"),
    ("model", "Test", "take it for a test"),
    ("model", "TestRun", "take it for a test"),
    ("plural", "orders", "the API has a path of that name"),
    ("plural", "schema", "the API has a path of that name"),
    ("plural", "docs", "the API has a path of that name"),
    ("plural", "invoice", "differ"),
    ("plural", "groups", "has an attribute of that name"),
    ("fields", "", "at least one field"),
    ("fields", "number", "type of 'number'"),
    ("fields", "number:", "type of 'number'"),
    ("fields", "number:varchar", "type of 'number'"),
    ("fields", "number:str:unique", "type of 'number'"),
    ("fields", "number:str number:int", "twice"),
    ("fields", "number:str customer:orders.Customer customer_id:int", "twice"),
    ("fields", "due:date due_after:bool", "twice"),
    ("fields", "class:str", "Python keyword"),
    ("fields", "id:int", "something else"),
    ("fields", "pk:int", "something else"),
    ("fields", "owner:str", "something else"),
    ("fields", "created_at:date", "something else"),
    ("fields", "clean:bool", "something else"),
    ("fields", "json:text", "something else"),
    ("fields", "timezone:str", "something else"),
    ("fields", "factory:str", "something else"),
    ("fields", "model_config:text", "something else"),
    ("fields", "register:bool", "something else"),
    ("fields", "invoices:int", "something else"),
    ("fields", "invoice_id:int", "something else"),
    ("fields", "format:bool", "has that parameter"),
    ("fields", "a__b:str", "single _"),
    ("fields", "ends_:str", "single _"),
    ("fields", "_x:str", "single _"),
    ("fields", "größe:int", "lower-case"),
    ("fields", "ﬁeld:int", "lower-case"),
    ("fields", "x\u200b:int", "lower-case"),
    ("fields", f"{'x' * 31}:int", "longer than 30"),
    ("fields", "number:str customer:orders.Nobody", "no model in apps/orders/models.py"),
    ("fields", "number:str customer:nowhere.Customer", "no model in apps/nowhere/models.py"),
    ("fields", "number:str customer:orders.Customer.name", "name of an app and of a model"),
    ("fields", "number:str customer:.", "no model in"),
    ("fields", "number:str customer:../orders.Customer", "must be the name of an app"),
    ("fields", "number:str keeper:accounts.User", "the owner"),
    ("fields", "number:str source:orders.Customer", "a serializer has an attribute"),
    ("fields", "number:str type:catalog.Product", "Python builtin"),
    ("fields", "customer:orders.Customer", "no relation"),
    ("fields", "n:int a:orders.Customer b:orders.Order c:catalog.Product", "more than 2 relations"),
]


@pytest.mark.parametrize(("question", "answer", "rule"), REFUSED)
def test_a_bad_answer_is_refused_in_one_line_and_touches_nothing(
    question: str,
    answer: str,
    rule: str,
    bake: Bakery,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    project = bake({})
    before = contents(project)
    monkeypatch.chdir(project)
    monkeypatch.delitem(sys.modules, "feature_extension")  # it looks for the project when it is imported

    answers = {"app": "invoices", "model": "Invoice", "fields": "number:str", question: answer}
    with pytest.raises(FailedHookException) as refused:  # of which Cookiecutter's command prints the text
        cookiecutter(str(bake.template / "feature"), no_input=True, default_config=True, extra_context=answers)

    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{question} = ")
    assert rule in line
    assert capfd.readouterr() == ("", "")
    assert contents(project) == before


def test_names_that_the_libraries_need_are_refused(bake: Bakery, environment: Environment) -> None:
    project = bake({"api": "drf+ninja", "auth": "session+jwt+oauth2"})
    code = """
import json
import django_filters, factory, ninja
from django.apps import apps
from django.db import models
from rest_framework import serializers
def names(*classes):
    return [name for one in classes for name in dir(one) if name.islower() and name[0] != "_"]
print(json.dumps({
    "apps": [config.label for config in apps.get_app_configs() if config.label != "unfold_filters"],
    "fields": names(models.Model, ninja.ModelSchema, ninja.FilterSchema, factory.django.DjangoModelFactory),
    "relations": names(serializers.ModelSerializer, django_filters.FilterSet),
}))
"""
    for settings in ("local", "test"):
        shell = ("shell", "--no-imports", f"--settings=config.settings.{settings}", "-c", code)
        needed = json.loads(run(environment.python, "manage.py", *shell, cwd=project).stdout)
        there = Project(project)
        assert [app for app in needed["apps"] if app not in there.labels and not there.is_there(f"apps/{app}")] == []
        assert {*needed["fields"]} <= {*RESERVED["fields"]}
        assert {*needed["relations"]} <= {*RESERVED["relations"], *RESERVED["fields"]}


@pytest.mark.parametrize(
    ("app", "model", "plural"),
    [
        ("invoices", "Invoice", "invoices"),
        ("order_lines", "OrderLine", "order_lines"),
        ("categories", "Category", "categories"),
        ("addresses", "Address", "addresses"),
        ("statuses", "Status", "statuses"),
        ("houses", "House", "houses"),
        ("buses", "Bus", "buses"),
        ("redis", "Redis", "redises"),
        ("person", "Person", "people"),
        ("news", "NewsItem", "news"),
    ],
)
def test_a_model_and_its_plural_are_proposed(app: str, model: str, plural: str) -> None:
    assert (as_model(app), as_plural(as_model(app))) == (model, plural)


def test_outside_of_a_project_it_says_so(tmp_path: Path, generate: Generate) -> None:
    result = generate(tmp_path, status=1)

    (line,) = (result.stdout + result.stderr).strip().splitlines()
    assert "There is no project here" in line
    assert not [*tmp_path.glob("*.feature*"), *tmp_path.glob("apps")]


def test_a_second_run_is_refused_and_touches_nothing(project: Path, generate: Generate) -> None:
    generate(project, app="invoices")
    before = contents(project)

    result = generate(project, status=1, app="invoices")

    assert "apps/invoices is there already" in result.stdout + result.stderr
    assert contents(project) == before


def test_the_commands_that_it_prints_remove_the_feature(
    project: Path, generate: Generate, environment: Environment
) -> None:
    before = contents(project)
    printed = generate(project, app="invoices").stdout
    assert contents(project) != before
    run(environment.python, "manage.py", "migrate", cwd=project)
    (project / "apps" / "invoices" / "__pycache__").mkdir()
    (project / "apps" / "invoices" / "__pycache__" / "models.pyc").touch()

    for command in re.findall(r"^ {4}(.*)$", printed.partition("To take it away")[2], re.MULTILINE):
        if command.startswith("uv run "):
            run(environment.python, *shlex.split(command)[2:], cwd=project)
        else:
            git(project, *shlex.split(command)[1:])

    left = contents(project)
    del left["db.sqlite3"]
    assert left == before
    generate(project, app="invoices", fields="paid:bool")
    run(environment.python, "manage.py", "migrate", cwd=project)
    count = "from apps.invoices.models import Invoice; Invoice.objects.filter(paid=True).count()"
    run(environment.python, "manage.py", "shell", "--no-imports", "-c", count, cwd=project)


def test_a_committed_feature_is_deleted_as_the_page_says(
    project: Path, generate: Generate, environment: Environment
) -> None:
    generate(project, app="other_things", fields="done:bool")
    commit(project)
    before = contents(project)
    generate(project, app="invoices")
    run(environment.python, "manage.py", "migrate", cwd=project)
    commit(project)

    page = (project / "docs" / "features.md").read_text("utf-8").partition("## Delete a feature")[2]
    migrate, remove, find = map(shlex.split, re.findall(r"^\$ (.*)$", page.partition("## ")[0], re.MULTILINE))
    run(environment.python, *migrate[2:], cwd=project)
    git(project, *remove[1:])
    for name, _, line in (found.split(":", 2) for found in git(project, *find[1:]).splitlines()):
        text = (project / name).read_text("utf-8")
        (project / name).write_text(text.replace(f"{line}\n", "", 1), "utf-8")

    left = contents(project)
    del left["db.sqlite3"]
    assert left == before


def test_where_the_team_removed_a_mark_it_says_which_line_to_add(
    project: Path, generate: Generate, environment: Environment
) -> None:
    files = ["config/settings/base.py", "config/api_drf.py", "config/api_ninja.py", "pyproject.toml"]
    for name in files:
        path = project / name
        path.write_text(re.sub(r" *# Yours below\n", "", path.read_text("utf-8")), "utf-8")

    said = generate(project, app="invoices", fields="done:bool").stdout

    lines = dict(re.findall(r"^(\S+) has no line `# Yours below`: add `(.*?)` ", said, re.MULTILINE))
    assert {*lines} == {*files}
    places = {
        "config/settings/base.py": '    "apps.notifications",\n',
        "pyproject.toml": '    "demo",\n',
        "config/api_drf.py": '    path("", include(router.urls)),\n',
        "config/api_ninja.py": 'api.add_router("", "apps.orders.api.routes.router")\n',
    }
    for name, before in places.items():
        text = (project / name).read_text("utf-8")
        indent = re.match(" *", before)
        assert indent
        (project / name).write_text(text.replace(before, f"{before}{indent[0]}{lines[name]}\n"), "utf-8")
    check_statically(project, environment)


def test_it_says_when_deleting_a_target_will_exceed_the_query_budget(project: Path, generate: Generate) -> None:
    one = generate(project, app="invoices", fields="number:str customer:orders.Customer").stdout
    assert "QUERY_BUDGET" not in one

    # Orders, invoices and now contracts look for their customer, besides authentication, the lock and the deletion.
    another = generate(project, app="contracts", fields="number:str customer:orders.Customer").stdout
    assert "orders.Customer now looks for 3 relations" in another
    assert "set QUERY_BUDGET = 6 in config/settings/base.py" in another


def test_what_cannot_be_finished_is_undone(project: Path, generate: Generate) -> None:
    (project / "tests" / "invoices").symlink_to("nowhere")
    before = contents(project)

    generate(project, status=None, app="invoices")

    assert contents(project) == before
    assert not (project / "apps" / "invoices").exists()
