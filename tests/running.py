"""Run commands the way a user's shell would, and show what they said when they fail."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

# The variables of the machine that commands get. All others belong to the user who runs these tests.
KEPT = ("HOME", "LANG", "LC_", "NODE_EXTRA_CA_CERTS", "PATH", "PIP_", "PYENV_", "SSL_", "TERM", "TMPDIR", "USER", "UV_")


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment of a fresh shell, and ``more``."""
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(KEPT) or name.lower().endswith("_proxy")
    }
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
    __tracebackhide__ = True
    words = [str(word) for word in command]
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
            f"{shlex.join(words)} ended with {result.returncode}, not {status}\n{result.stdout}\n{result.stderr}"
        )
    return result


def git(repository: Path, *arguments: str | Path) -> str:
    """Run git in ``repository`` in an owner's name and return what it prints."""
    identity = ["-c", "user.name=Owner", "-c", "user.email=owner@example.com"]
    return run("git", *identity, *arguments, cwd=repository).stdout


def commit(repository: Path, message: str = "All") -> None:
    """Commit all there is."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", f"--message={message}")
