"""The rehearsal of a required column: each of three deployments migrates while the release before it serves.

Needs PostgreSQL, git and the generated project's dependencies:

    DATABASE_URL=postgres://…/a_database python benchmarks/rehearsal.py [--project FOLDER] [--rows 100000]

Makes a repository with four commits of the project: as it is, with a nullable `Product.origin`, filled in, and required.
Then it runs `python -m tools.rehearsal` in each against the one before.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKELETON = Path(__file__).resolve().parents[1] / "<<cookiecutter.project_slug>>"
# Each release adds to the one before: the migration's name and operation, and how the model declares the column then.
RELEASES = {
    "today": None,
    "nullable": (
        "add_origin",
        'migrations.AddField("product", "origin", models.CharField(max_length=2, null=True, default="de"))',
        'origin = models.CharField(max_length=2, null=True, default="de")',
    ),
    "filled": (
        "fill_origin",
        'Backfill("Product", todo=Q(origin=None), values={"origin": Value("de")})',
        'origin = models.CharField(max_length=2, null=True, default="de")',
    ),
    "required": (
        "require_origin",
        'migrations.AlterField("product", "origin", models.CharField(max_length=2, default="de"))',
        'origin = models.CharField(max_length=2, default="de")',
    ),
}
MIGRATION = """from django.db import migrations, models
from django.db.models import Q, Value

from apps.database.operations import Backfill


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "{before}")]
    safe_because = {{"NOT_NULL": "the previous release always fills it in"}}
    operations = [
        {operation},
    ]
"""
LAST_FIELD = "    available = "


def write_release(folder: Path, name: str, project: Path) -> None:
    """Make `folder` the project as it is at the release `name`."""
    ignored = shutil.ignore_patterns("__pycache__", ".*", "*.sqlite3")
    shutil.copytree(project, folder, dirs_exist_ok=True, ignore=ignored)
    migrations = folder / "apps" / "catalog" / "migrations"
    newest = migrations / "max_migration.txt"
    models = folder / "apps" / "catalog" / "models.py"
    usual = models.read_text()
    if usual.count(LAST_FIELD) != 1:
        raise SystemExit(f"{models} has no line, or more than one, that begins with {LAST_FIELD!r}")
    for release in list(RELEASES)[: list(RELEASES).index(name) + 1]:
        if added := RELEASES[release]:
            title, operation, field = added
            before = newest.read_text().strip()
            number = f"{int(before[:4]) + 1:04}_{title}"
            (migrations / f"{number}.py").write_text(MIGRATION.format(before=before, operation=operation))
            newest.write_text(f"{number}\n")
            models.write_text(usual.replace(LAST_FIELD, f"    {field}\n{LAST_FIELD}"))


def main() -> None:
    """Rehearse every deployment; exit with the number of those that failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=SKELETON)
    options, further = parser.parse_known_args()
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "shop"
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        identity = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.com")
        for name in RELEASES:
            write_release(folder, name, options.project)
            subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
            subprocess.run(["git", *identity, "commit", "--quiet", "--message", name], cwd=folder, check=True)
            subprocess.run(["git", "tag", name], cwd=folder, check=True)
        for old, new in zip(RELEASES, list(RELEASES)[1:], strict=False):
            subprocess.run(["git", "checkout", "--quiet", new], cwd=folder, check=True)
            print(f"\n=== {old} serves, {new} migrates", flush=True)
            command = [sys.executable, "-m", "tools.rehearsal", "--old", old, *further]
            failed += subprocess.run(command, cwd=folder, check=False).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
