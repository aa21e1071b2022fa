"""Run commands the way a user's shell would, and show what they said when they fail."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# What the tests' own tools set for themselves and a program under test must not see.
FOREIGN = ("CI", "COV_", "DJANGO_", "PYTEST_", "PYTHON", "UV_PROJECT", "VIRTUAL_ENV")


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what belongs to its own tools, and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | more


def run(
    *command: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    status: int | None = 0,
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in ``cwd`` and return its result.

    Raises AssertionError with all it printed unless it ends with ``status``; None takes any.
    """
    words: Sequence[str] = [str(word) for word in command]
    result = subprocess.run(
        words,
        cwd=cwd,
        env=clean_environment() if env is None else env,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if status is not None and result.returncode != status:
        raise AssertionError(
            f"{shlex.join(words)} ended with {result.returncode}, not {status}\n"
            f"{result.stdout}\n{result.stderr}"
        )
    return result
