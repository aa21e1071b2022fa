"""The skeleton is a working project as it stands: maintainers edit and run it without generating."""

from pathlib import Path

import pytest

from environment import Environment
from options import ROOT, SKELETON
from running import clean_environment, run
from snapshot import tracked_files

FILES = [ROOT / path for path in tracked_files(SKELETON.name)]


@pytest.mark.filterwarnings("error::SyntaxWarning")
def test_python_files_compile() -> None:
    for path in FILES:
        if path.suffix == ".py":
            compile(path.read_bytes(), path, "exec", dont_inherit=True)


def test_ruff_finds_nothing(environment: Environment) -> None:
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=SKELETON)


def test_ruff_would_format_nothing(environment: Environment) -> None:
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=SKELETON)


def test_it_passes_djangos_checks(environment: Environment) -> None:
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.test")
    run(environment.python, "manage.py", "check", cwd=SKELETON, env=env)


def test_its_folder_has_the_name_cruft_looks_for() -> None:
    link = ROOT / "{{cookiecutter.project_slug}}"
    assert link.is_symlink()
    assert link.resolve() == Path(SKELETON)
