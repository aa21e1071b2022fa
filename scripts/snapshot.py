"""Copy the template without what running it left behind: environments, databases, caches.

    python scripts/snapshot.py DESTINATION

The skeleton is a project that runs where it stands, and cookiecutter copies all it finds.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = (
    "cookiecutter.json",
    ":(glob)*.py",
    ":(glob)*.txt",
    "hooks",
    "templates",
    "feature",
    "*cookiecutter.project_slug*",
)


def tracked_files(*patterns: str) -> list[Path]:
    """Return the repository's files that match a pattern: those git tracks, or would if told to."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = {Path(name) for name in listing.split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_symlink() or (ROOT / path).exists())


def copy_files(destination: Path, *patterns: str) -> None:
    """Copy the files that match a pattern, or all of them, to the folder ``destination``."""
    for path in tracked_files(*patterns):
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, destination / path, follow_symlinks=False)


def snapshot(destination: Path) -> None:
    """Copy the template to the folder ``destination``."""
    copy_files(destination, *TEMPLATE)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program's name and one argument
        sys.exit(__doc__)
    snapshot(Path(sys.argv[1]))
