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
