"""One environment for the tools and tests of every variant.

It is built from the skeleton as it stands, whose requirements are those of every answer, and as a project's
owner would build it. (Whether each variant declares all it needs is another test's matter.) Where NEWEST is
set, it has the newest release of each library, whatever the skeleton says.
"""

import os
import re
import sys
from pathlib import Path

from baking import CACHE, digest, forget_others, once
from options import SKELETON
from running import clean_environment, run


class Environment:
    """A virtual environment with the dependencies of every variant."""

    def __init__(self) -> None:
        """Use the environment that is there; build it if need be."""
        python = os.environ.get("UV_PYTHON", sys.executable)
        requirements = re.sub("<<.*?>>", "skeleton", (SKELETON / "pyproject.toml").read_text("utf-8"))
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

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    @property
    def packages(self) -> Path:
        """Where the environment's libraries are."""
        (folder,) = self.folder.glob("venv/lib/*/site-packages")
        return folder


def without_ranges(requirements: str) -> str:
    """Return the pyproject.toml ``requirements`` with any version of each library allowed."""
    return re.sub(r'^( +"[\w-]+(?:\[[\w,-]+\])?)(?:~=|==|>=)[\w.,<>=~]+"', r'\1"', requirements, flags=re.MULTILINE)
