"""How fast the API lists and creates orders, beside other ways to write it and the limit that SQL sets.

    uv run benchmarks/api.py [--before CHECKOUT]

Needs PostgreSQL (POSTGRES_URL, else postgres@127.0.0.1) on this machine: its processor time is read from /proc.
Generates a project with both frameworks, installs it, fills a database of its own with 20,000 orders, and measures
everything in one interleaved run: same data, user, middleware and session for all. Compare the ratios, not the
times. With --before, another checkout of this repository is measured in turns with this one, and the medians of the
turns are shown.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1")
DATABASE = "django_expert_benchmark"
PORT = "8799"
TURNS = 3  # of each checkout, if there are two

type Tables = dict[str, dict[str, list[str]]]


class Project:
    """A project generated from a checkout of this repository, with a database of its own."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        """Generate it in `folder`."""
        self.folder = folder / "bench"
        self.database = f"{DATABASE}_{folder.name}"
        template = folder / "template"
        subprocess.run([sys.executable, checkout / "scripts/snapshot.py", template], check=True)
        options = ["--no-input", "--default-config", "--output-dir", folder, template]
        answers = ["project_slug=bench", "api=drf+ninja"]
        subprocess.run([sys.executable, "-m", "cookiecutter", *options, *answers], check=True, capture_output=True)
        shutil.copytree(checkout / "benchmarks/rivals", self.folder / "rivals")

    def run(self, *command: str) -> str:
        """Run a command in the project and return what it prints."""
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {
            "DATABASE_URL": f"{POSTGRES_URL}/{self.database}",
            "DJANGO_SETTINGS_MODULE": "rivals.settings",
        }
        command = ("uv", "run", "--quiet", *command)
        done = subprocess.run(command, cwd=self.folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def sql(self, statement: str) -> None:
        """Execute a statement outside of the project's database."""
        program = f"import psycopg; psycopg.connect('{POSTGRES_URL}/postgres', autocommit=True).execute('{statement}')"
        self.run("python", "-c", program)

    def measure(self) -> Tables:
        """Fill an empty database and return what `rivals.measure` prints: cells by table and row."""
        self.sql(f"DROP DATABASE IF EXISTS {self.database}")
        self.sql(f"CREATE DATABASE {self.database}")
        try:
            self.run("manage.py", "migrate", "--verbosity", "0")
            printed = self.run("python", "-m", "rivals.measure", PORT)
        finally:
            self.sql(f"DROP DATABASE IF EXISTS {self.database}")
        tables: Tables = {}
        rows: dict[str, list[str]] = {}
        for line in printed.splitlines():
            if line.startswith("  "):
                cells = [line[start : start + 16].strip() for start in range(30, len(line), 16)]
                rows[line[:30].strip()] = cells
            elif line:
                rows = tables.setdefault(line, {})
        return tables


def middle(cells: tuple[str, ...]) -> str:
    """Return the median of the same cell in several turns, or its text."""
    try:
        return f"{median(map(float, cells)):.2f}"
    except ValueError:
        return cells[0]


def main() -> None:
    """Generate, install, measure, and remove it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT", help="measure this checkout too")
    before = parser.parse_args().before
    checkouts = {"before": before.resolve(), "after": ROOT} if before else {"after": ROOT}
    with tempfile.TemporaryDirectory() as scratch:
        projects = {name: Project(checkout, Path(scratch, name)) for name, checkout in checkouts.items()}
        turns: dict[str, list[Tables]] = {name: [] for name in projects}
        for _ in range(TURNS if before else 1):
            for name, project in projects.items():
                turns[name].append(project.measure())
    for title in turns["after"][0]:
        print(f"\n{title}")
        for name, measured in turns.items():
            for row in measured[0].get(title, {}):
                cells = zip(*(tables[title][row] for tables in measured), strict=True)
                label = f"{row} ({name})" if before else row
                print(f"  {label:36}" + "".join(f"{middle(cell):>13}" for cell in cells))


if __name__ == "__main__":
    main()
