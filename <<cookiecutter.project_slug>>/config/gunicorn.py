"""Configuration of gunicorn, and its start: `python -m config.gunicorn`. docs/deployment.md explains it."""

import os
import sys
from copy import deepcopy
from importlib import import_module
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from django.core.exceptions import ImproperlyConfigured

try:
    settings = import_module(os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production"))
except ImproperlyConfigured as error:
    sys.exit(f"Error: {error}")  # one line, not a traceback of each process

if __name__ == "__main__":
    # gunicorn reads WEB_CONCURRENCY too, before this file, and cannot cope with an empty one.
    os.environ["WEB_CONCURRENCY"] = str(settings.WEB_CONCURRENCY)
    sys.argv[1:1] = ["--config", __file__]
    sys.exit(import_module("gunicorn.app.wsgiapp").run())

bind = f"0.0.0.0:{settings.PORT}" if settings.PORT else "127.0.0.1:8000"
wsgi_app = "config.asgi" if settings.WEB_ASGI else "config.wsgi"
worker_class = "asgi" if settings.WEB_ASGI else "gthread"
workers = settings.WEB_CONCURRENCY
threads = 1 if settings.WEB_ASGI else settings.WEB_THREADS

# At SIGTERM no new request is taken; those in progress have so long to end. Less than whoever sends SIGTERM waits.
graceful_timeout = 30
# A process that has not shown a sign of life for so long is replaced. Threads may take longer: the process lives.
timeout = 30
# Longer than a load balancer keeps an idle connection (mostly 60 s): else it sends a request down one that just closed.
keepalive = 75
# A process that leaks is replaced in time, and never all of them at once.
max_requests = 50_000
max_requests_jitter = 5_000

# Signs of life are files: in memory, as a slow disk looks like a dead process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes unguessable names
# It would be a file in the home folder, and there may be none to write to.
control_socket_disable = True
# Whether X-Forwarded-Proto is believed, Django decides alone (TRUST_X_FORWARDED_PROTO): gunicorn believes nobody.
forwarded_allow_ips = ""

# The access log is apps.observability.middleware.timing's. What gunicorn itself says goes where all else goes, in JSON.
accesslog = None
logconfig_dict = deepcopy(settings.LOGGING)
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": [], "propagate": True}

# Worker processes share their metrics through files there (apps/observability/metrics.py). SIGHUP runs this file again,
# in the same process, and keeps the folder with all counters.
MINE = f"metrics-{os.getpid()}-"
if settings.METRICS_TOKEN and MINE not in os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(prefix=MINE, dir=worker_tmp_dir)


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest free number."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = min(set(range(len(taken) + 1)) - taken)


def post_fork(server: Any, worker: Any) -> None:
    """Name the worker's metrics files by its number: it continues those of the worker that it replaces."""
    if settings.METRICS_TOKEN:
        from prometheus_client import values  # noqa: PLC0415 - it reads PROMETHEUS_MULTIPROC_DIR when imported

        values.ValueClass = values.MultiProcessValue(lambda: worker.number)  # type: ignore[no-untyped-call]


def child_exit(server: Any, worker: Any) -> None:
    """Remove the gauges of a worker that has ended; its counters stay."""
    if settings.METRICS_TOKEN:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - as above

        mark_process_dead(worker.number)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the folder."""
    if settings.METRICS_TOKEN:
        rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])


# Workers import the settings themselves: after SIGHUP, as they are in the files then.
for module in [name for name in sys.modules if name.startswith("config.settings")]:
    del sys.modules[module]
