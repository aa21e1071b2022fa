"""Configuration of gunicorn, and its start: `python -m config.gunicorn`. docs/deployment.md explains it."""

import os
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread
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

IPV6 = socket.has_dualstack_ipv6()  # one socket for both versions of IP
everywhere = "[::]" if IPV6 else "0.0.0.0"  # noqa: S104 - containers are reached from outside
bind = f"{everywhere}:{settings.PORT}" if settings.PORT else "127.0.0.1:8000"
wsgi_app = "config.asgi" if settings.WEB_ASGI else "config.wsgi"
worker_class = "asgi" if settings.WEB_ASGI else "gthread"
workers = settings.WEB_CONCURRENCY
threads = 1 if settings.WEB_ASGI else settings.WEB_THREADS

# No limit of gunicorn's ends a request that arrives slowly: a buffering proxy does (docs/deployment.md).
keepalive = 75  # longer than load balancers keep idle connections (mostly 60 s)
max_requests, max_requests_jitter = 50_000, 5_000  # bounds memory leaks

# Heartbeats are files: in memory, as a slow disk looks like a dead worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes unguessable names
control_socket_disable = True  # it would be a file in the home folder
forwarded_allow_ips = ""  # Django alone decides on X-Forwarded-Proto (TRUST_X_FORWARDED_PROTO)

logconfig_dict = settings.LOGGING


def on_starting(server: Any) -> None:
    """Prepare metrics and liveness probes; after SIGHUP, stop the old workers only when the new ones serve."""
    if settings.METRICS_TOKEN:  # workers share their metrics through files there (apps/observability/metrics.py)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(prefix=f"metrics-{os.getpid()}-", dir=worker_tmp_dir)
    if settings.HEALTH_PORT:
        family = socket.AF_INET6 if IPV6 else socket.AF_INET
        address = ("", settings.HEALTH_PORT)
        server.probes = socket.create_server(address, family=family, dualstack_ipv6=IPV6, reuse_port=True)
        server.probes.settimeout(0.5)
    manage_workers = server.manage_workers  # starts workers that are missing, or stops the oldest of too many

    def wait_and_manage_workers() -> None:
        deadline = time.monotonic() + server.cfg.timeout
        while len(server.WORKERS) > server.num_workers and time.monotonic() < deadline:
            newest = sorted(server.WORKERS.values(), key=lambda worker: worker.age)[-server.num_workers :]
            # A worker sets the time of its heartbeat file, by the monotonic clock, as soon as it serves.
            if all(worker.tmp.last_update() <= time.monotonic() for worker in newest):
                break
            server.reap_workers()
            time.sleep(0.1)
        manage_workers()

    server.manage_workers = wait_and_manage_workers


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest free number."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = min(set(range(len(taken) + 1)) - taken)


def post_fork(server: Any, worker: Any) -> None:
    """Name the worker's metrics files by its number: it continues those of the worker that it replaces."""
    worker.probes = getattr(server, "probes", None)
    if settings.METRICS_TOKEN:
        from prometheus_client import values  # noqa: PLC0415 - it reads PROMETHEUS_MULTIPROC_DIR when imported

        values.ValueClass = values.MultiProcessValue(lambda: worker.number)  # type: ignore[no-untyped-call]


def post_worker_init(worker: Any) -> None:
    """Answer liveness probes once the application is loaded."""
    if worker.probes:
        Thread(target=answer_probes, args=[worker], daemon=True).start()


def answer_probes(worker: Any) -> None:
    """Respond to liveness probes, even while all other threads are busy, until the worker stops."""
    while worker.alive:
        with suppress(ConnectionError, TimeoutError):
            Thread(target=answer_probe, args=worker.probes.accept()[:1], daemon=True).start()


def answer_probe(connection: socket.socket) -> None:
    with suppress(ConnectionError, TimeoutError), connection:
        connection.settimeout(0.5)
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nok\n")


def on_exit(server: Any) -> None:
    """Remove the metrics."""
    if settings.METRICS_TOKEN:
        rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])


# Workers import the settings themselves: after SIGHUP, as they are in the files then.
for module in [name for name in sys.modules if name.startswith("config.settings")]:
    del sys.modules[module]
