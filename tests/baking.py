"""Bake each set of answers once, however many tests and worker processes ask for it."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cookiecutter import generate
from jinja2 import Environment

from options import ROOT
from proving import PROOFS, put_proofs
from snapshot import TEMPLATE, snapshot, tracked_files

if TYPE_CHECKING:
    from pytest_cookies.plugin import Cookies

CACHE = ROOT / ".cache"

# Found out once in a process, not in every bake: which files are binary, and the code of a template, which follows from
# its text. Most of a bake's time is spent on these.
generate.is_binary = cache(generate.is_binary)
compile_template = Environment.compile
CODE: dict[tuple[Any, ...], Any] = {}


def compile_once(environment: Environment, *source: Any) -> Any:
    """Compile a template as Jinja does, unless another bake did with the same delimiters."""
    key = (environment.lexer, *source)
    if key not in CODE:
        CODE[key] = compile_template(environment, *source)
    return CODE[key]


Environment.compile = compile_once  # type: ignore[assignment, method-assign] # Jinja has no cache that bakes can share

# The answers asked for since the running test began: a failure is reported with them.
ASKED: list[dict[str, str]] = []


def once(target: Path, build: Callable[[Path], None]) -> Path:
    """Return the folder ``target``, which ``build`` fills unless it did before.

    Processes wait for one another, and a folder that ``build`` did not finish is built again.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    done = target.with_name(f"{target.name}.done")
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            build(target)
            done.touch()
    return target


def digest(*parts: bytes) -> str:
    """Return a short name for the content of ``parts``."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def template_digest(*more: str) -> str:
    """Return a name for the template's content as it is on the disk, for what renders it, and for files matching ``more``."""
    parts = [version("cookiecutter").encode()]
    for path in tracked_files(*TEMPLATE, *more):
        file = ROOT / path
        parts += [str(path).encode(), oct(file.lstat().st_mode).encode()]
        parts.append(bytes(file.readlink()) if file.is_symlink() else file.read_bytes())
    return digest(*parts)


def forget_others(current: Path) -> None:
    """Remove all beside ``current``: what is cached for a content that is no more."""
    for other in current.parent.glob("*"):
        if other.is_dir() and other != current:
            other.with_name(f"{other.name}.done").unlink(missing_ok=True)
            shutil.rmtree(other, ignore_errors=True)


class Bakery:
    """Bakes projects from the template as it is on the disk."""

    def __init__(self, cookies: "Cookies", current: str) -> None:
        """Bake with pytest-cookies' ``cookies`` the template with the digest ``current``."""
        self._cookies = cookies
        self._folder = CACHE / "bakes" / current
        self.template = once(self._folder / "template", snapshot)

    def __call__(self, answers: Mapping[str, str]) -> Path:
        """Return the project with ``answers``. Others read the same folder: change only a copy."""
        ASKED.append(dict(answers))
        name = digest(json.dumps(sorted(answers.items())).encode())

        def build(target: Path) -> None:
            result = self._cookies.bake(extra_context=dict(answers), template=str(self.template))
            if result.exception:
                raise result.exception
            shutil.move(result.project_path, target)

        (project,) = once(self._folder / name, build).iterdir()
        return project

    def with_proofs(self, answers: Mapping[str, str]) -> Path:
        """Return the project with ``answers`` and the package ``proofs`` in it, to read as well."""
        project = self(answers)

        def build(target: Path) -> None:
            put_proofs(Path(shutil.copytree(project, target / project.name, symlinks=True)), answers)

        (proved,) = once(self.proofs / project.parent.name, build).iterdir()
        return proved

    @cached_property
    def proofs(self) -> Path:
        """The folder of the projects with proofs, whose name follows from the content of both."""
        return CACHE / "proofs" / template_digest(str(PROOFS.relative_to(ROOT)))
