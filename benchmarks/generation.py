"""How long generation takes, and how much of that is the template's and not cookiecutter's.

    uv run benchmarks/generation.py

Runs cookiecutter as a user does, whole processes, on this template with its default answers and on
a template of one empty file, in turn so that a busy machine slows both. Prints both medians and
their ratio.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from snapshot import snapshot

RUNS = 5


def write_empty_template(folder: Path) -> None:
    """Write to ``folder`` the smallest template: one question, one empty file."""
    project = folder / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    (project / "empty").touch()
    (folder / "cookiecutter.json").write_text('{"name": "empty"}', "utf-8")


def seconds_to_generate(template: Path) -> float:
    """Return how long one process takes that generates a project from ``template``."""
    with tempfile.TemporaryDirectory() as output:
        options = ["--no-input", "--default-config", "--output-dir", output]
        command = [sys.executable, "-m", "cookiecutter", *options, str(template)]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        ours, empty = Path(scratch, "ours"), Path(scratch, "empty")
        snapshot(ours)
        write_empty_template(empty)
        times: dict[Path, list[float]] = {empty: [], ours: []}
        for _ in range(RUNS):
            for template, measured in times.items():
                measured.append(seconds_to_generate(template))
        one, other = median(times[ours]), median(times[empty])
    print(f"this template         {one:.2f} s (median of {RUNS})")
    print(f"one empty file        {other:.2f} s (median of {RUNS})")
    print(f"ratio                 {one / other:.1f}")


if __name__ == "__main__":
    main()
