"""The hooks: small, offline, and safe to run again."""

import ast
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from answer_rules import left_out, table
from cookiecutter.main import cookiecutter

from baking import Bakery
from files import texts
from options import ALL_VARIANTS, FUNCTIONAL_VARIANTS, OPTIONS, ROOT, SKELETON, Variant, everything, nothing
from running import clean_environment, run

HOOKS = sorted((ROOT / "hooks").glob("*.py"))
# What owners were seen to add: the first release's hook took it for its own.
OWNED = [
    ".github/workflows/mine.yml",
    "apps/shop/__init__.py",
    "apps/shop/tasks.py",
    "apps/shop/api/redirects.py",
    "apps/shop/api/serializers.py",
    "apps/shop/api/urls.py",
    "apps/shop/drf.py",
    "apps/shop/ninja.py",
    "apps/shop/session.py",
    "compose.dev.yaml",
    "config/settings/features/redirects.py",
    "deploy/components/mine.yaml",
    "docs/celery-notes.md",
    "tests/shop/test_session.py",
    "tests/shop/test_tasks.py",
]
SECRET = re.compile(r"^SECRET_KEY=(.*)$", re.MULTILINE)


def secret(project: Path) -> str:
    """Return the secret key in the .env of ``project``."""
    (key,) = SECRET.findall((project / ".env").read_text("utf-8"))
    return str(key)


def test_they_import_nothing_but_the_standard_library() -> None:
    for hook in HOOKS:
        tree = ast.parse(hook.read_text("utf-8"), feature_version=(3, 10))
        modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert modules <= sys.stdlib_module_names


def test_each_path_they_drop_is_one_file_or_folder_of_the_skeleton() -> None:
    paths = {path for variant in ALL_VARIANTS for _, listed in table(given(variant)) for path in listed}
    assert sorted(path for path in paths if not (SKELETON / path).exists()) == []
    assert [path for path in paths if set(path) & set("*?[")] == []


def given(variant: Variant) -> dict[str, str | bool]:
    """Return the answers of ``variant`` as hooks get them."""
    return {option: value == "yes" if value in {"yes", "no"} else value for option, value in variant.answers}


def test_env_is_the_example_with_a_secret_key(bake: Bakery) -> None:
    project = bake({})
    example = (project / ".env.example").read_text("utf-8")
    assert len(SECRET.findall(example)) == 1
    assert (project / ".env").read_text("utf-8") == SECRET.sub(f"SECRET_KEY={secret(project)}", example)


def test_env_is_for_its_owner_only(bake: Bakery) -> None:
    assert stat.S_IMODE((bake({}) / ".env").stat().st_mode) == 0o600


def test_every_project_has_a_secret_key_of_its_own(bake: Bakery) -> None:
    one, other = secret(bake({})), secret(bake({"project_name": "Another"}))
    assert one != other
    assert min(len(one), len(other)) >= 50


def test_git_ignores_env(bake: Bakery, tmp_path: Path) -> None:
    project = shutil.copytree(bake({}), tmp_path / "project")
    run("git", "init", "--quiet", cwd=project)
    assert run("git", "check-ignore", ".env", cwd=project).stdout == ".env\n"


@pytest.mark.parametrize("chosen", [FUNCTIONAL_VARIANTS[0], everything(), nothing()], ids=["default", "all", "none"])
def test_generating_again_changes_nothing(chosen: Variant, bake: Bakery, tmp_path: Path) -> None:
    """Cruft does so; .env is there then and has been edited, files are gone."""
    answers = dict(chosen.answers)
    project = Path(shutil.copytree(bake(answers), tmp_path / "my_project"))
    (project / ".env").write_text("SECRET_KEY=edited\n", "utf-8")
    before = dict(texts(project))
    generate_over(project, answers, bake)
    assert dict(texts(project)) == before


def test_generating_again_leaves_what_the_owner_added_alone(bake: Bakery, tmp_path: Path) -> None:
    """Also where the template has a file or folder of that name for other answers."""
    answers = dict(nothing().answers)
    project = Path(shutil.copytree(bake(answers), tmp_path / "my_project"))
    folders = [path for path in left_out(given(nothing())) if (SKELETON / path).is_dir()]
    owned = {*OWNED, *left_out(given(nothing()))} - {*folders}
    owned |= {f"{folder}/{name}" for folder in folders for name in ("mine.py", "models.py", "__init__.py")}
    for path in owned:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(f"# The owner's {path}\n", "utf-8")
    before = dict(texts(project))
    for _ in range(2):
        generate_over(project, answers, bake)
        assert dict(texts(project)) == before


def test_what_an_interrupted_run_set_aside_comes_back(bake: Bakery, tmp_path: Path) -> None:
    """The run ended after the template's file was written and before the last hook."""
    answers = dict(nothing().answers)
    project = Path(shutil.copytree(bake(answers), tmp_path / "my_project"))
    (project / "Dockerfile").write_text("FROM the-template\n", "utf-8")
    (project / "Dockerfile.kept").write_text("FROM the-owner\n", "utf-8")
    generate_over(project, answers, bake)
    assert (project / "Dockerfile").read_text("utf-8") == "FROM the-owner\n"
    assert not (project / "Dockerfile.kept").exists()


def generate_over(project: Path, answers: dict[str, str], bake: Bakery) -> None:
    """Generate ``project`` again where it is, as ``cookiecutter --overwrite-if-exists`` does."""
    again = cookiecutter(
        str(bake.template),
        no_input=True,
        extra_context=answers,
        output_dir=str(project.parent),
        overwrite_if_exists=True,
        default_config=True,
    )
    assert Path(again) == project


@pytest.mark.parametrize("license_", OPTIONS["license"])
def test_the_license_names_year_and_author(license_: str, bake: Bakery) -> None:
    text = (bake({"license": license_}) / "LICENSE").read_text("utf-8")
    assert re.search(r"^ *Copyright \([cC]\) 20\d\d Your Name$|^ *Copyright 20\d\d Your Name$", text, re.MULTILINE)


def test_the_next_steps_are_three_lines(bake: Bakery, tmp_path: Path) -> None:
    command = generating(bake, tmp_path)
    lines = run(*command, cwd=tmp_path).stdout.splitlines()
    assert lines == [
        "Your project is in my_project/. Next:",
        "    cd my_project",
        "    uv run manage.py demo",
    ]


def test_generation_needs_no_network(bake: Bakery, tmp_path: Path) -> None:
    isolated = ["unshare", "--net", "--map-root-user"]
    try:
        subprocess.run([*isolated, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the network cannot be cut off here: {error}")
    run(*isolated, *generating(bake, tmp_path), cwd=tmp_path)
    assert (tmp_path / "my_project" / ".env").exists()


def test_names_a_terminal_cannot_show_do_no_harm(bake: Bakery, tmp_path: Path) -> None:
    command = generating(bake, tmp_path)
    env = clean_environment(PYTHONIOENCODING="ascii")
    run(*command, "project_name=Shop 🎉", "project_slug=shop", cwd=tmp_path, env=env)
    refused = run(*command, "project_name=\a🎉", "project_slug=no", cwd=tmp_path, env=env, status=1)
    (line,) = refused.stdout.splitlines()
    assert line.startswith("project_name = '\\x07\\U0001f389' is refused")


def generating(bake: Bakery, folder: Path) -> list[str]:
    """Return the command that generates a project with default answers in ``folder``."""
    options = ["--no-input", "--default-config", "--output-dir", str(folder)]
    return [sys.executable, "-m", "cookiecutter", *options, str(bake.template)]
