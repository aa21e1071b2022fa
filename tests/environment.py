"""One environment for the tools and tests of every variant.

It is built from the skeleton as it stands, whose requirements are those of every answer, as a project's owner
would build it, and from what proofs need. (Whether each variant declares all it needs is another test's matter.) Where NEWEST is
set, it has the newest release of each library, whatever the skeleton says.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from baking import CACHE, digest, forget_others, once
from options import ROOT, SKELETON
from running import clean_environment, run


class Environment:
    """A virtual environment with the dependencies of every variant."""

    def __init__(self) -> None:
        """Use the environment that is there; build it if need be."""
        python = os.environ.get("UV_PYTHON", sys.executable)
        groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
        requirements = re.sub("<<.*?>>", "skeleton", (SKELETON / "pyproject.toml").read_text("utf-8"))
        requirements = requirements.replace(
            "[dependency-groups]\n", f"[dependency-groups]\nproofs = {groups['proofs']}\n"
        )
        if os.environ.get("NEWEST"):
            requirements = without_ranges(requirements)
        self.folder = CACHE / "environments" / digest(requirements.encode(), python.encode())

        def build(target: Path) -> None:
            forget_others(target)
            (target / "pyproject.toml").write_text(requirements, "utf-8")
            env = clean_environment(UV_PROJECT_ENVIRONMENT=str(target / "venv"), UV_PYTHON=python)
            run("uv", "sync", "--all-groups", "--all-extras", "--compile-bytecode", cwd=target, env=env)

        once(self.folder, build)

    def program(self, name: str) -> Path:
        """Return the path of the environment's program ``name``."""
        return self.folder / "venv" / "bin" / name

    @cached_property
    def nursery(self) -> "Nursery":
        """Run programs in forks of a process that has imported the libraries."""
        return Nursery(self.python)

    def end(self) -> None:
        """End what was started."""
        if "nursery" in vars(self):
            self.nursery.end()

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    @property
    def packages(self) -> Path:
        """Where the environment's libraries are."""
        (folder,) = self.folder.glob("venv/lib/*/site-packages")
        return folder


class Ended(NamedTuple):
    """What a run of a program came to; ``cpu`` are its seconds on a processor, those of its children included."""

    status: int
    seconds: float
    cpu: float
    output: str


class Nursery:
    """A process that has imported the libraries and forks for each run of a program: see nursery.py."""

    def __init__(self, python: Path) -> None:
        """Start it with the interpreter ``python``. It ends at the latest when this process does."""
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("nursery.py")],
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        """End it."""
        with self._process as process:
            process.terminate()

    def run(self, *program: str, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
        """Run ``python -m program`` in ``cwd`` and return what it came to."""
        assert self._process.stdin
        assert self._process.stdout
        output = cwd.with_name(f"{cwd.name}.output")
        task = {
            "program": program,
            "folder": str(cwd),
            "environment": dict(clean_environment() if env is None else env),
            "output": str(output),
        }
        self._process.stdin.write(f"{json.dumps(task)}\n")
        self._process.stdin.flush()
        ended = json.loads(self._process.stdout.readline())
        return Ended(**ended, output=output.read_text("utf-8", "replace"))


def without_ranges(requirements: str) -> str:
    """Return the pyproject.toml ``requirements`` with any version of each library allowed."""
    return re.sub(r'^( +"[\w-]+(?:\[[\w,-]+\])?)(?:~=|==|>=)[\w.,<>=~]+"', r'\1"', requirements, flags=re.MULTILINE)
