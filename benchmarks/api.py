"""How fast the API lists and creates orders, beside other ways to write it and the limit that SQL sets.

    uv run benchmarks/api.py

Needs PostgreSQL (POSTGRES_URL, else postgres@127.0.0.1) on this machine: its processor time is read from /proc.
Generates a project with both frameworks, installs it, fills a database of its own with 20,000 orders, and measures
everything in one interleaved run: same data, user, middleware and session for all. Compare the ratios, not the
times.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from snapshot import snapshot

POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1")
DATABASE = "django_expert_benchmark"
PORT = "8799"


def main() -> None:
    """Generate, install, measure, and remove it all."""
    with tempfile.TemporaryDirectory() as scratch:
        template = Path(scratch, "template")
        snapshot(template)
        options = ["--no-input", "--default-config", "--output-dir", scratch, str(template)]
        answers = ["project_slug=bench", "api=drf+ninja"]
        subprocess.run([sys.executable, "-m", "cookiecutter", *options, *answers], check=True, capture_output=True)
        project = Path(scratch, "bench")
        shutil.copytree(Path(__file__).parent / "rivals", project / "rivals")
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {
            "DATABASE_URL": f"{POSTGRES_URL}/{DATABASE}",
            "DJANGO_SETTINGS_MODULE": "rivals.settings",
        }

        def run(*command: str) -> None:
            subprocess.run(["uv", "run", "--quiet", *command], cwd=project, env=environment, check=True)

        def sql(statement: str) -> None:
            program = (
                f"import psycopg; psycopg.connect('{POSTGRES_URL}/postgres', autocommit=True).execute('{statement}')"
            )
            run("python", "-c", program)

        sql(f"DROP DATABASE IF EXISTS {DATABASE}")
        sql(f"CREATE DATABASE {DATABASE}")
        try:
            run("manage.py", "migrate", "--verbosity", "0")
            run("python", "-m", "rivals.measure", PORT)
        finally:
            sql(f"DROP DATABASE IF EXISTS {DATABASE}")


if __name__ == "__main__":
    main()
