"""Other tools' findings: of ruff, of Django's deployment checks and of django-migration-linter."""

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db import connection
from django.db.migrations import Migration
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.base import Issue

from tools.audit.findings import Finding, is_own
from tools.databases import postgresql_that_only_collects

# What a Django expert acts on; the project's own lint selects more. See `ruff rule S608`.
RUFF = "DJ003,DJ006,DJ007,DJ013,PERF402,S113,S307,S308,S323,S501,S506,S602,S605,S608,S610,S611,S701"
# What django-migration-linter says of names, and of indexes in transactions: of each index it has another warning.
UNUSED = {"RUNPYTHON_ARGS_NAMING_CONVENTION", "RUNPYTHON_MODEL_VARIABLE_NAME", "CREATE_INDEX_EXCLUSIVE"}
LARGE = 20_000  # bytes of a migration
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


def unsafe_sql(linter: MigrationLinter, migration: Migration) -> list[Issue]:
    """Return what a linter finds in the SQL of a migration, unless it is the first: nobody uses its tables yet."""
    if migration.initial:
        return []
    accepted = UNUSED | {code for code, reason in getattr(migration, "safe_because", {}).items() if reason}
    state = linter.migration_loader.project_state((migration.app_label, migration.name), at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    errors, _, warnings = analyse_sql_statements(linter.sql_analyser_class, editor.collected_sql, accepted)
    return errors + warnings


def migrations(root: Path, settings: str, unseen: list[str]) -> Iterator[Finding]:
    """Yield large migrations, and what django-migration-linter finds in them by their SQL for PostgreSQL."""
    backend = "apps.database.postgresql" if settings == OWN_SETTINGS else "django.db.backends.postgresql"
    failed = []
    with postgresql_that_only_collects(backend):
        linter = MigrationLinter(no_cache=True, analyser_string="postgresql", exclude_migration_tests=UNUSED)
        for migration in linter.migration_loader.disk_migrations.values():
            file, line = inspect.getfile(type(migration)), inspect.getsourcelines(type(migration))[1]
            if is_own(root, file):
                path, size = Path(file).relative_to(root).as_posix(), Path(file).stat().st_size
                accepted = bool(migration.initial or migration.replaces) or hasattr(migration, "large_because")
                if size > LARGE and not accepted:
                    yield Finding(rule="MIG001", path=path, line=line, detail=f"{size} bytes")
                try:
                    errors, _, warnings = linter.analyse_data_migration(migration)
                    data = [issue for issue in errors + warnings if issue.code.startswith("RUN")]  # not its SQL again
                    for issue in unsafe_sql(linter, migration) + data:
                        detail = ": ".join(filter(None, [issue.message, issue.table, issue.column]))
                        yield Finding(rule=issue.code, path=path, line=line, detail=detail)
                except Exception as error:
                    failed.append(f"{path} ({error!r})")
    if failed:
        unseen.append(f"{len(failed)} migrations, the first of them {failed[0]}")
