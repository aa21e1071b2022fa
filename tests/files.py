"""Read the files of a generated project."""

from collections.abc import Iterator
from pathlib import Path


def files(project: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files of ``project``, those whose names end with one of ``suffixes`` if any are given."""
    for path in sorted(project.rglob("*")):
        if path.is_file() and (not suffixes or path.name.endswith(suffixes)):
            yield path


def texts(project: Path) -> Iterator[tuple[str, str]]:
    """Yield the text files of ``project``: path inside it, content."""
    for path in files(project):
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(project).as_posix(), content.decode("utf-8")


def contents(project: Path) -> dict[str, bytes]:
    """Return what the files of ``project`` hold by their paths, but for .env, of which no two are alike."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in files(project)
        if path != project / ".env" and ".git" not in path.relative_to(project).parts
    }
