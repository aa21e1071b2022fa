"""The rehearsal of `Product.sku`: each release of the worked example serves while the next one's migrations run.

Needs PostgreSQL, git and the generated project's dependencies:

    DATABASE_URL=postgres://…/a_database python benchmarks/rehearsal.py [--project FOLDER] [--rows 100000]

Makes a repository with five commits of the project: without SKUs, with a nullable column, filled in, required, and
with its search index. Then it runs `python -m tests.rehearsal` in each against the one before.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKELETON = Path(__file__).resolve().parents[1] / "<<cookiecutter.project_slug>>"
RELEASES = {
    "without": "0001_initial",
    "nullable": "0002_product_sku",
    "filled": "0003_fill_product_sku",
    "required": "0004_require_product_sku",
    "searchable": "0005_product_search",
}
# What takes the SKU out of the application's code.
WITHOUT_SKU = (
    (r"(?m)^    sku(:| =).*\n", ""),
    (r'"sku", |, "sku"(?=])', ""),
    (" or SKU", ""),
    (r" \| Q\(sku__icontains=search\)", ""),
    (r"sku: str, ", ""),
    (r'"sku": (sku|"[^"]*"), ', ""),
    (r' sku=f"[^"]*",', ""),
)


def write_release(folder: Path, name: str, project: Path) -> None:
    """Make `folder` the project as it was at the release `name`."""
    shutil.copytree(
        project, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.sqlite3")
    )
    migrations = folder / "apps" / "catalog" / "migrations"
    for path in migrations.glob("0*.py"):
        if path.stem > RELEASES[name]:
            path.unlink()
    (migrations / "max_migration.txt").write_text(f"{RELEASES[name]}\n")
    code = [*(folder / "apps" / "catalog").glob("*.py"), *(folder / "apps" / "catalog" / "api").glob("*.py")]
    for path in [*code, folder / "tests" / "catalog" / "traffic.py"]:
        text = path.read_text()
        if name == "without":
            for pattern, replacement in WITHOUT_SKU:
                text = re.sub(pattern, replacement, text)
            if "sku" in text:
                raise SystemExit(f"{path} still speaks of the SKU: WITHOUT_SKU in this script needs to learn how.")
        elif name in {"nullable", "filled"}:
            text = text.replace("max_length=40, unique", "max_length=40, null=True, unique")
        path.write_text(text)


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
            command = [sys.executable, "-m", "tests.rehearsal", "--old", old, *further]
            failed += subprocess.run(command, cwd=folder, check=False).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
