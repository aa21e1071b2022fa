"""gunicorn's configuration: `gunicorn --config config/gunicorn.py`. docs/deployment.md explains it."""

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

bind = f"0.0.0.0:{settings.PORT}"
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

# Worker processes put their metrics together in files there: see apps/observability/metrics.py, which reads the variable.
METRICS_FOLDER = mkdtemp(prefix="metrics-", dir=worker_tmp_dir) if settings.METRICS_TOKEN else ""
if METRICS_FOLDER:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that has ended; what it has counted stays."""
    if METRICS_FOLDER:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - it reads the variable too

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # has no types


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    if METRICS_FOLDER:
        rmtree(METRICS_FOLDER)


# Workers import the settings themselves: after SIGHUP, as they are in the files then.
for module in [name for name in sys.modules if name.startswith("config.settings")]:
    del sys.modules[module]
