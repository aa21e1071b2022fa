"""Mistakes made in the template on purpose are found by the check that looks for them."""

import inspect
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import test_deploy_files
import test_generated_suite
import test_isolation
import test_variants
from baking import CACHE, Bakery
from environment import Environment
from mutations import PROPERTY, Mutation
from options import OPTIONS, SKELETON, Variant
from proving import renderer
from running import run
from suites import run_suite
from teeth import TEETH
from workshop import place

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def its_own_tests_pass(project: Path, environment: Environment) -> None:
    """Run those of the generated tests that look at what is broken here."""
    passed, _, ended = run_suite(project, environment, "--no-cov", "tests/observability/test_health.py")
    assert passed, ended.output


LEAN = {"api": "drf", "auth": "session", "use_celery": "no", "use_redis": "no", "use_example": "no"}
NINJA = LEAN | {"api": "ninja", "auth": "jwt"}

MUTATIONS = [
    Mutation(
        "a condition is dropped: a dependency of Ninja's without Ninja",
        "pyproject.toml",
        '    # % if "ninja" in cookiecutter.api\n    "django-ninja~=1.7.1",\n    # % endif\n',
        '    "django-ninja~=1.7.1",\n',
        LEAN,
        test_isolation.test_each_import_is_declared_and_each_dependency_used,
        "django-ninja",
    ),
    Mutation(
        "a file of the example is kept without the example",
        "answer_rules.py",
        '                "apps/catalog",\n',
        "",
        LEAN,
        test_variants.test_nothing_is_left_of_what_is_switched_off,
        "apps/catalog/",
    ),
    Mutation(
        "a word of an option is left in the documentation",
        "docs/database.md",
        "",
        "\nDjango REST framework is known as rest_framework to Python.\n",
        NINJA,
        test_variants.test_nothing_is_left_of_what_is_switched_off,
        "docs/database.md",
    ),
    Mutation(
        "a mark of the template is left in a page",
        "docs/database.md",
        "",
        "\nMade from {{ cookiecutter.project_name }}.\n",
        LEAN,
        test_variants.test_nothing_of_the_template_is_left,
        "docs/database.md",
    ),
    Mutation(
        "a line is not formatted with one framework only",
        "config/api_ninja.py",
        "",
        "\nNOTHING: list[str] = [ ]\n",
        NINJA,
        test_variants.test_ruff_would_format_nothing,
        "config/api_ninja.py",
    ),
    Mutation(
        "an import is left that only Ninja needs",
        "config/urls.py",
        "from django.conf import settings\n",
        "import json\n\nfrom django.conf import settings\n",
        LEAN,
        test_variants.test_ruff_finds_nothing,
        "F401",
    ),
    Mutation(
        "a file is imported that is not there without the example",
        "apps/accounts/apps.py",
        "",
        "\nfrom apps.orders.models import Order\n",
        LEAN,
        its_own_tests_pass,
        "apps.orders",
    ),
    Mutation(
        "a sentence speaks of both frameworks",
        "docs/database.md",
        "",
        "\nThe same in both frameworks.\n",
        LEAN,
        test_variants.test_nothing_is_left_of_what_is_switched_off,
        "docs/database.md",
    ),
    Mutation(
        "a type is wrong with one framework only",
        "config/api_ninja.py",
        "",
        '\nWRONG: int = "text"\n',
        NINJA,
        test_generated_suite.test_mypy_finds_nothing,
        "config/api_ninja.py",
    ),
    Mutation(
        "accounts know of the layer above them",
        "apps/accounts/models.py",
        "",
        "\nfrom apps.accounts import services  # noqa: E402, F401\n",
        LEAN,
        test_generated_suite.test_import_linter_finds_nothing,
        "apps.accounts.models -> apps.accounts.services",
    ),
    Mutation(
        "a page's template is not formatted",
        "templates/landing.html",
        "{% load static %}",
        "{%load static%}",
        LEAN,
        test_generated_suite.test_djade_would_change_no_template,
        "landing.html",
    ),
    Mutation(
        "a dependency is missing",
        "pyproject.toml",
        '    "structlog~=26.1",\n',
        "",
        LEAN,
        test_isolation.test_each_import_is_declared_and_each_dependency_used,
        "structlog",
    ),
    Mutation(
        "a dependency is not needed",
        "pyproject.toml",
        '    "structlog~=26.1",\n',
        '    "iniconfig~=2.0",\n    "structlog~=26.1",\n',
        LEAN,
        test_isolation.test_each_import_is_declared_and_each_dependency_used,
        "iniconfig",
    ),
    Mutation(
        "what a library needs for a feature is missing",
        "pyproject.toml",
        "django-allauth[headless,mfa,socialaccount]",
        "django-allauth[headless]",
        LEAN,
        test_isolation.test_what_is_declared_suffices,
        "ModuleNotFoundError",
    ),
    Mutation(
        "a dependency's version is none that exists",
        "pyproject.toml",
        '"structlog~=26.1"',
        '"structlog~=99.1"',
        LEAN,
        test_isolation.test_what_is_declared_suffices,
        "structlog",
    ),
    Mutation(
        "a bug: the process is never alive",
        "apps/observability/health.py",
        '    return JsonResponse({"status": "ok"})\n',
        '    return JsonResponse({"status": "ok"}, status=503)\n',
        LEAN,
        its_own_tests_pass,
        "test_is_alive_whatever_it_depends_on",
    ),
    Mutation(
        "the CI may write to the repository",
        ".github/workflows/ci.yml",
        "permissions:\n  contents: read",
        "permissions: write-all",
        {},
        test_deploy_files.test_its_linter_finds_nothing,
        "excessive-permissions",
    ),
    Mutation(
        "a new app has no place among the others",
        "apps/invoices/__init__.py",
        "",
        "\n",
        LEAN,
        test_generated_suite.test_import_linter_finds_nothing,
        "apps.invoices",
    ),
    Mutation(
        "models know the API",
        "apps/accounts/models.py",
        "",
        "\n\nfrom apps.accounts.api import views  # noqa\n",
        LEAN,
        test_generated_suite.test_import_linter_finds_nothing,
        "apps.accounts.models is not allowed to import apps.accounts.api",
    ),
    *TEETH,
]


@pytest.fixture
def broken(bake: Bakery, tmp_path: Path) -> Callable[[Mutation], Path]:
    """Generate a project from the template with a mistake in it."""

    def generate(mutation: Mutation) -> Path:
        folder = CACHE / "workshops" / WORKER / "broken"
        if (bake.template / mutation.path).exists():
            template = Path(shutil.copytree(bake.template, tmp_path / "template", symlinks=True))
            file = template / mutation.path
            file.write_text(mutation.make(file.read_text("utf-8")), "utf-8")
            answers = [f"{question}={answer}" for question, answer in mutation.answers.items()]
            options = ["--no-input", "--default-config", "--output-dir", str(tmp_path / "made")]
            # In a process of its own: this one has imported the template's modules as they should be.
            run(sys.executable, "-m", "cookiecutter", *options, str(template), *answers, cwd=tmp_path)
            return place(tmp_path / "made" / "my_project", folder)
        project = place(bake(mutation.answers), folder)
        file = SKELETON / mutation.path
        text = mutation.make(file.read_text("utf-8") if file.exists() else "")
        (project / mutation.path).parent.mkdir(exist_ok=True)
        (project / mutation.path).write_text(renderer(mutation.answers)(text), "utf-8")
        return project

    return generate


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.mistake)
def test_a_mistake_is_found(
    mutation: Mutation,
    broken: Callable[[Mutation], Path],
    bake: Bakery,
    environment: Environment,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """By the very function that looks for it in every variant."""
    record_property(PROPERTY, (mutation.mistake, mutation.check.__name__.removeprefix("test_").replace("_", " ")))
    project = broken(mutation)
    answers = {option: mutation.answers.get(option, values[0]) for option, values in OPTIONS.items()}
    available = {
        "project": project,
        "baked": project,
        "functional_baked": project,
        "variant": Variant(tuple(answers.items())),
        "bake": bake,
        "environment": environment,
        "tmp_path": tmp_path,
        "name": "zizmor",
    }
    wanted = {name: available[name] for name in inspect.signature(mutation.check).parameters}
    with pytest.raises(AssertionError) as caught:
        mutation.check(**wanted)
    assert mutation.found in str(caught.value)
