"""A folder in which variants take turns: what Python compiled of a file that stays the same is kept."""

import hashlib
import os
import shutil
from pathlib import Path

from files import files

COMPILED = "__pycache__"


def place(project: Path, folder: Path) -> Path:
    """Make ``folder`` a copy of ``project``, but for what Python compiled there before, and return it.

    Python takes a file for unchanged if its time and its length are. A file's time here follows from its
    content, so that what was compiled of another content is never taken for it.
    """
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if COMPILED not in (path.name, path.parent.name) and not (project / path.relative_to(folder)).exists():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in files(project):
        target = folder / path.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        time = int(hashlib.sha256(path.read_bytes()).hexdigest()[:7], 16)
        os.utime(target, (time, time))
    return folder
