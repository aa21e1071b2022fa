"""A process that has imported the libraries once and forks for each run of pytest or another program in a project.

The tests start it with the projects' interpreter. It reads a run from each line of its standard input, as JSON with
"folder", "environment", "program" and "output", and answers with "status", "seconds" and "cpu" in a line.
"""

import gc
import json
import os
import resource
import runpy
import sys
import time
import warnings
from importlib import import_module
from typing import Any

# What every project or its tests import, and what can be imported before Django has its settings.
LIBRARIES = [
    "argon2",
    "asyncio",
    "celery.app.amqp",
    "celery.app.task",
    "celery.schedules",
    "coverage",
    "cryptography.x509",
    "django.contrib.admin",
    "django.contrib.postgres.fields",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.forms",
    "django.template.engine",
    "django.template.loader_tags",
    "django.test",
    "django.urls",
    "django.views.debug",
    "factory",
    "faker",
    "fido2.server",
    "gunicorn",
    "hypothesis",
    "hypothesis.strategies",
    "jsonschema",
    "jwt",
    "kombu.transport.memory",
    "logging.config",
    "openapi_spec_validator",
    "prometheus_client",
    "psycopg_pool",
    "pydantic",
    "pytest",
    "redis",
    "sentry_sdk",
    "structlog",
    "yaml",
    "xml.etree.ElementTree",
]


def main() -> None:
    """Import the libraries and serve."""
    warnings.simplefilter("ignore")
    for name in LIBRARIES:
        try:
            import_module(name)
        except Exception:  # noqa: BLE001, S112 - a library that is not there, or wants settings: each run imports it
            continue
    gc.collect()
    gc.freeze()  # the forks share this memory
    for line in sys.stdin:
        task = json.loads(line)
        start = time.monotonic()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = os.fork()
        if not child:
            os._exit(run(task))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(json.dumps({"status": status, "seconds": time.monotonic() - start, "cpu": cpu}), flush=True)


def run(task: dict[str, Any]) -> int:
    """Run the program as ``python -m`` does, in this process, and return its exit status."""
    output = os.open(task["output"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["environment"])
    time.tzset()
    gc.set_threshold(500_000, 50, 50)  # a suite is over before there is much to collect
    module, *arguments = task["program"]
    sys.argv = [module, *arguments]
    sys.path[0] = task["folder"]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    warnings.resetwarnings()
    warnings.simplefilter("default")
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as the interpreter does at its end
        sys.excepthook(*sys.exc_info())
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(bool(code))


if __name__ == "__main__":
    main()
