"""The hooks: small, offline, and safe to run again."""

import ast
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from baking import Bakery
from files import texts
from options import OPTIONS, ROOT, SKELETON
from running import clean_environment, run

HOOKS = sorted((ROOT / "hooks").glob("*.py"))
SECRET = re.compile(r"^SECRET_KEY=(.*)$", re.MULTILINE)


def secret(project: Path) -> str:
    """Return the secret key in the .env of ``project``."""
    (key,) = SECRET.findall((project / ".env").read_text("utf-8"))
    return str(key)


def test_they_are_short() -> None:
    assert sum(len(hook.read_text("utf-8").splitlines()) for hook in HOOKS) < 100


def test_they_import_nothing_but_the_standard_library() -> None:
    for hook in HOOKS:
        tree = ast.parse(hook.read_text("utf-8"), feature_version=(3, 10))
        modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert modules <= sys.stdlib_module_names


def test_every_path_they_drop_is_one_the_skeleton_has() -> None:
    tree = ast.parse((ROOT / "hooks" / "post_gen_project.py").read_text("utf-8"))
    (table,) = (
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "UNWANTED"
    )
    assert isinstance(table, ast.List)
    rows = [row.elts[1] for row in table.elts if isinstance(row, ast.Tuple)]
    patterns = [pattern for row in rows for pattern in ast.literal_eval(row).split()]
    assert [pattern for pattern in patterns if not list(SKELETON.glob(pattern))] == []


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


@pytest.mark.parametrize("example", OPTIONS["use_example"])
def test_generating_again_changes_nothing(example: str, bake: Bakery, tmp_path: Path) -> None:
    """Cruft does so; .env is there then and has been edited, files are gone."""
    answers = {"use_example": example}
    project = Path(shutil.copytree(bake(answers), tmp_path / "my_project"))
    (project / ".env").write_text("SECRET_KEY=edited\n", "utf-8")
    before = dict(texts(project))
    again = cookiecutter(
        str(bake.template),
        no_input=True,
        extra_context=answers,
        output_dir=str(tmp_path),
        overwrite_if_exists=True,
        default_config=True,
    )
    assert Path(again) == project
    assert dict(texts(project)) == before


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
    (line,) = refused.stderr.splitlines()
    assert line.startswith("project_name = '\\x07\\U0001f389' is refused")


def generating(bake: Bakery, folder: Path) -> list[str]:
    """Return the command that generates a project with default answers in ``folder``."""
    options = ["--no-input", "--default-config", "--output-dir", str(folder)]
    return [sys.executable, "-m", "cookiecutter", *options, str(bake.template)]
