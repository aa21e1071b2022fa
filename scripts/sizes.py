"""How much Python a project hands over to its team."""

from collections.abc import Callable
from pathlib import Path

SIZED = {
    "the default answers": [],
    "without the example": ["use_example=no"],
    "every option on": ["api=drf+ninja", "auth=session+jwt+oauth2", "deploy=kubernetes"],
    "the least": ["auth=session", "use_celery=no", "use_redis=no", "use_example=no", "deploy=none", "ci=none"],
}


def python_lines(project: Path, *folders: str) -> int:
    """Return the number of lines of Python in ``folders`` of ``project``."""
    paths = [path for folder in folders for path in (project / folder).rglob("*.py")]
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def size_table(bake: Callable[..., Path]) -> str:
    """Return a table of the sizes of a few variants."""
    lines = ["| answers | `apps/` and `config/` | `tests/` | `tools/` |", "|---|---:|---:|---:|"]
    for name, answers in SIZED.items():
        project = bake(*answers)
        counts = [python_lines(project, *folders) for folders in (("apps", "config"), ("tests",), ("tools",))]
        lines.append(f"| {name} | " + " | ".join(f"{count:,}" for count in counts) + " |")
    return "\n".join(lines)
