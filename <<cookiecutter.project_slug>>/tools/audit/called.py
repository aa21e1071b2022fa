"""Other tools' findings: ruff's, and those of Django's deployment checks."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.audit.findings import Finding

# What a Django expert acts on; the project's own lint selects more. See `ruff rule S608`.
RUFF = "DJ003,DJ006,DJ007,DJ013,PERF402,S113,S307,S308,S323,S501,S506,S602,S605,S608,S610,S611,S701"
OWN_SETTINGS = "config.settings.test"
CHECK = re.compile(r"^\S+: \((\w+\.[EW]\d+)\) (.+)", re.MULTILINE)


def ruff(root: Path, paths: list[str]) -> Iterator[Finding]:
    """Yield what ruff finds in files."""
    command = [sys.executable, "-m", "ruff", "check", f"--select={RUFF}", "--output-format=json", "--exit-zero"]
    done = subprocess.run([*command, "--quiet", *paths], cwd=root, capture_output=True, text=True, check=True)
    for found in json.loads(done.stdout):
        path = Path(found["filename"]).relative_to(root).as_posix()
        line, end = found["location"]["row"], found["end_location"]["row"]
        yield Finding(rule=found["code"] or "E999", path=path, line=line, end=end, detail=f"{found['message']}.")


def deployment_checks(root: Path, settings: str) -> Iterator[Finding]:
    """Yield the warnings of `manage.py check --deploy` for settings. RuntimeError if they do not load."""
    variables: Mapping[str, str] = {}
    if settings == OWN_SETTINGS:  # those that this project deploys
        from tests.config.production import PRODUCTION  # noqa: PLC0415 - once Django is set up

        settings, variables = "config.settings.production", PRODUCTION
    command = [sys.executable, "-m", "django", "check", "--deploy", f"--settings={settings}"]
    env = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    file = settings.replace(".", "/")
    path = f"{file}.py" if (root / f"{file}.py").exists() else f"{file}/__init__.py"
    for rule, message in CHECK.findall(done.stderr):
        yield Finding(rule=rule, path=path, line=1, detail=message)
    if done.returncode and "SystemCheckError" not in done.stderr:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
