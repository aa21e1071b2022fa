"""Releases are dated, the same everywhere, and told of; a project knows which one it was made from."""

import re
import tomllib

from baking import Bakery
from environment import without_ranges
from options import ROOT, SKELETON

VERSION = re.compile(r"20\d\d\.(?:[1-9]|1[0-2])(?:\.[1-9]\d*)?")


def version() -> str:
    """Return the template's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def headings() -> list[str]:
    """Return the versions that the list of changes has, the newest first."""
    return re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)


def test_versions_are_dates_and_the_newest_is_first() -> None:
    released = [heading for heading in headings() if heading != "Unreleased"]
    assert [name for name in [version(), *released] if not VERSION.fullmatch(name)] == []
    numbers = [[int(part) for part in name.split(".")] for name in released]
    assert numbers == sorted(numbers, reverse=True)


def test_what_is_not_released_yet_is_listed_first_and_else_the_version_is() -> None:
    first, *others = headings()
    assert first in ("Unreleased", version())
    assert "Unreleased" not in others


def test_a_project_knows_the_release_it_was_made_from(bake: Bakery) -> None:
    project = tomllib.loads((bake({}) / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["django-expert"]["version"] == version()


def test_the_newest_libraries_are_tested_without_the_ranges_of_any() -> None:
    requirements = (SKELETON / "pyproject.toml").read_text("utf-8")
    lines = without_ranges(requirements).splitlines()
    listed = [line for line in lines if re.match(r' +"[\w-]+(\[[\w,-]+\])?[~=<>]', line)]
    assert listed == []
    assert '    "django",' in lines
    assert '    "psycopg[binary,pool]",' in lines
