"""How long generation takes, and how much of that is the template's and not cookiecutter's.

    uv run benchmarks/generation.py

Runs cookiecutter as a user does, whole processes, on this template with its default answers and on
a template of one empty file, in turn so that a busy machine slows both. Prints the medians of the time
and of the processor's time, which a busy machine hardly changes, and their ratios.
"""

import resource
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


def processor_seconds() -> float:
    """Return the processor's time that the processes run so far have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds_to_generate(template: Path) -> tuple[float, float]:
    """Return how long one process takes that generates a project from ``template``, and the processor's part of it."""
    with tempfile.TemporaryDirectory() as output:
        options = ["--no-input", "--default-config", "--output-dir", output]
        command = [sys.executable, "-m", "cookiecutter", *options, str(template)]
        start, used = time.perf_counter(), processor_seconds()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start, processor_seconds() - used


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        ours, empty = Path(scratch, "ours"), Path(scratch, "empty")
        snapshot(ours)
        write_empty_template(empty)
        times: dict[Path, list[tuple[float, float]]] = {empty: [], ours: []}
        for _ in range(RUNS):
            for template, measured in times.items():
                measured.append(seconds_to_generate(template))
        files = sum(path.is_file() for path in ours.rglob("*"))
    print(f"{files} files; medians of {RUNS} runs")
    for kind, what in enumerate(("time", "processor")):
        one, other = (median(run[kind] for run in times[template]) for template in (ours, empty))
        print(f"{what:10} {one:.2f} s, one empty file {other:.2f} s, ratio {one / other:.1f}")


if __name__ == "__main__":
    main()
