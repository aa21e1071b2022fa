"""One environment for the tools and tests of every variant.

It is built from the project with every option on, as that project's owner would build it, and
is used for the others too. (Whether each variant declares all it needs is another test's matter.)
"""

import os
import shutil
import sys
from pathlib import Path

from baking import CACHE, digest, forget_others, once
from running import clean_environment, run


class Environment:
    """A virtual environment with the dependencies of every variant."""

    def __init__(self, project: Path) -> None:
        """Use the environment for ``project``, the one with every option on; build it if need be."""
        python = os.environ.get("UV_PYTHON", sys.executable)
        requirements = (project / "pyproject.toml").read_bytes()
        self.folder = CACHE / "environments" / digest(requirements, python.encode())

        def build(target: Path) -> None:
            forget_others(target)
            shutil.copy(project / "pyproject.toml", target / "pyproject.toml")
            env = clean_environment(UV_PROJECT_ENVIRONMENT=str(target / "venv"), UV_PYTHON=python)
            run("uv", "sync", "--all-groups", "--compile-bytecode", cwd=target, env=env)

        once(self.folder, build)

    def program(self, name: str) -> Path:
        """Return the path of the environment's program ``name``."""
        return self.folder / "venv" / "bin" / name

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")
