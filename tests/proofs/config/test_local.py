"""Development settings, as a process of its own meets them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings.env import BASE_DIR


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with the local settings and nothing in the environment but this."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.local", **environment},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize("command", ["check", "migrate", "runserver", "demo"])
def test_a_missing_secret_key_is_one_line_that_says_what_to_do(command: str) -> None:
    result = manage(command, SECRET_KEY="")

    assert result.returncode == 1
    assert result.stderr == (
        "Error: Invalid environment variables: "
        "SECRET_KEY is missing: run `just setup`, or copy .env.example to .env and fill it in.\n"
    )


def test_the_checks_find_nothing(tmp_path: Path) -> None:
    result = manage("check", "--fail-level", "WARNING", SECRET_KEY="x", DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")

    assert result.returncode == 0, result.stderr
