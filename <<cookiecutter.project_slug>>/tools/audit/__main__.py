"""Audit a Django project: its code, and its endpoints and admin pages at growing numbers of rows."""

import argparse
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path

import django

from tools.audit import called
from tools.audit.findings import BETTER, LEVELS, Report, finish
from tools.audit.reports import FORMATS
from tools.audit.rules import CHECKS
from tools.audit.rules.sql import is_harmless
from tools.audit.source import Project


def json_report(text: str) -> set[str]:
    """Return the fingerprints of the findings in a JSON report. ValueError, which argparse explains, if it is none."""
    try:
        return {found["fingerprint"] for found in json.loads(Path(text).read_text("utf-8"))["findings"]}
    except (OSError, LookupError, TypeError) as error:
        raise ValueError from error


def main() -> None:
    """Print the report, and exit with 1 if it has findings of the level that fails, or an error ended it early."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="Folder of the project; default: this one.")
    parser.add_argument("--settings", default=called.OWN_SETTINGS, help="Settings module of the project.")
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--output", type=Path, help="File for the report; default: standard output.")
    parser.add_argument("--baseline", type=json_report, default=set(), help="JSON report whose findings are left out.")
    parser.add_argument("--changed", metavar="REVISION", help="Only files that differ from this revision.")
    parser.add_argument("--fail-level", choices=LEVELS, default="warning")
    parser.add_argument("--rows", type=int, default=4, help="Objects for the first request, doubled for the second.")
    parser.add_argument("--database", action="store_true", help="Use the rows of the current database.")
    parser.add_argument("--user", help="Who sends the requests, by the name that they sign in with.")
    parser.add_argument("--static", action="store_true", help="Only read the code.")
    options = parser.parse_args()

    if options.rows < 1 or (options.user and not options.database):
        parser.error("--rows must be at least 1, and --user needs --database")
    try:
        root = options.root.resolve(strict=True)
        files = changed_files(root, options.changed) if options.changed else None
        if options.output:
            options.output.touch()
    except (OSError, subprocess.CalledProcessError) as error:
        parser.error(getattr(error, "stderr", "").partition("\n")[0] or str(error))
    sys.path.insert(0, str(root))
    with redirect_stdout(sys.stderr):  # for what the project prints
        report = audit(root, options)
    report.findings = [one for one in report.findings if one.fingerprint not in options.baseline]
    report.findings = [one for one in report.findings if files is None or one.path in files]
    text = FORMATS[options.format](report)
    options.output.write_text(text, "utf-8") if options.output else print(text)
    failing = [one for one in report.findings if LEVELS.index(one.level) >= LEVELS.index(options.fail_level)]
    sys.exit(options.fail_level != "never" and bool(failing or not report.complete))


def audit(root: Path, options: argparse.Namespace) -> Report:
    """Return what is found in the project at `root`."""
    report = Report()
    project = Project(root, without=Path(__file__).parents[1])
    report.seen.append(f"{len(project.modules)} files")
    report.unseen += project.unparsed
    findings = [found for check in CHECKS for found in check(project)]
    of_ruff = called.ruff(root, [module.path for module in project.modules])
    findings += [one for one in of_ruff if not (one.rule in BETTER["SQL001"] and is_harmless(project, one))]
    with noting_errors(report, "every page, migrations and deployment checks"):
        os.environ["DJANGO_SETTINGS_MODULE"] = options.settings
        django.setup()
        logging.disable()
        with noting_errors(report, "deployment checks"):
            findings += called.deployment_checks(root, options.settings)
            report.seen.append("deployment checks")
        with noting_errors(report, "migrations"):
            findings += called.migrations(root, options.settings, report.unseen)
            report.seen.append("migrations")
        with noting_errors(report, "every page"):
            if options.static:
                report.unseen.append("every page, as --static says")
            else:
                from tools.audit.measure import measure  # noqa: PLC0415 - once Django is set up

                findings += measure(root, report, rows=options.rows, current=options.database, user=options.user or "")
    report.findings = list(finish(findings, root))
    return report


@contextmanager
def noting_errors(report: Report, part: str) -> Iterator[None]:
    """Add to the report that an error ended a part of the audit."""
    try:
        yield
    except Exception as error:
        report.unseen.append(f"{part}, or the rest: {error!r}")
        report.complete = False


def changed_files(root: Path, revision: str) -> set[str]:
    """Return the files that differ from a revision, new ones included."""
    commands = [["diff", "--name-only", "--relative", revision], ["ls-files", "--others", "--exclude-standard"]]
    git = partial(subprocess.run, cwd=root, capture_output=True, check=True, text=True)
    return {line for command in commands for line in git(["git", *command]).stdout.splitlines()}


if __name__ == "__main__":
    main()
