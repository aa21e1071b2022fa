"""Print what a change to the template does to generated projects; scripts/examples calls this.

Three projects are generated from the template as it is on the disk, and from the template of a revision.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from snapshot import ROOT, snapshot

# The most used: the defaults, an API for a front end on another domain, and the least there is.
EXAMPLES = {
    "all_defaults": [],
    "ninja_and_jwt": ["api=ninja", "auth=jwt"],
    "the_least": ["auth=session", "use_celery=no", "use_redis=no", "use_example=no", "deploy=none", "ci=none"],
}


def run(*command: str | Path, cwd: Path = ROOT) -> bytes:
    """Run ``command`` and return what it prints; exit with what it says if it fails."""
    result = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    if result.returncode:
        sys.exit(f"error: {result.stderr.decode().strip()}")
    return result.stdout


def template_of(revision: str, folder: Path) -> None:
    """Put the template of ``revision`` into the new ``folder``."""
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    run("git", "archive", f"--output={archive}", revision)
    run("tar", "--extract", f"--file={archive}", cwd=folder)


def generate(template: Path, folder: Path, slug: str, *answers: str) -> Path:
    """Generate a project from ``template`` in ``folder``, without the secrets, which are never the same."""
    command = [sys.executable, "-m", "cookiecutter", "--no-input", "--default-config", f"--output-dir={folder}"]
    run(*command, template, f"project_slug={slug}", *answers)
    (folder / slug / ".env").unlink()
    return folder / slug


def main() -> None:
    """Print the difference."""
    parser = argparse.ArgumentParser(prog="scripts/examples", description="Print what a change does to projects.")
    parser.add_argument("--against", default="HEAD", metavar="REVISION", help="what to compare with (default: HEAD)")
    parser.add_argument("--stat", action="store_true", help="only how much changed in which file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        template_of(options.against, folder / "template-before")
        snapshot(folder / "template-after")
        for moment in ("before", "after"):
            for name, answers in EXAMPLES.items():
                generate(folder / f"template-{moment}", folder / moment, name, *answers)
        diff = ["git", "diff", "--no-index", "--no-prefix", *(["--stat"] if options.stat else []), "before", "after"]
        # It ends with 1 where there is a difference.
        sys.exit(subprocess.run(diff, cwd=folder, check=False).returncode > 1)


if __name__ == "__main__":
    main()
