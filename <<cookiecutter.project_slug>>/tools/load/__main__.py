"""Load this machine: a database of its own, demo data, a server, callers, and a verdict."""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from urllib.error import URLError
from urllib.request import urlopen

import django
from django.conf import settings
from django.core.management import call_command

from tools.databases import database_for

STARTING_SECONDS = 30
WARMING_UP = 5  # seconds in which callers come: a process's first requests are slow, and not counted


def main() -> None:
    """Do it all and exit with the verdict: 1 if requests failed or were too slow."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.load",
        description=__doc__,
        epilog="It also takes what manage.py demo takes to say how much data there shall be.",
    )
    few, seconds = range(1, 501), range(1, 241)  # credentials expire some time
    parser.add_argument("--users", type=int, default=20, choices=few, metavar="N", help="Callers at once.")
    parser.add_argument("--seconds", type=int, default=30, choices=seconds, metavar="N", help="How long they call.")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="Processes that serve them.")
    options, demo_arguments = parser.parse_known_args()

    with ExitStack() as stack:
        url = stack.enter_context(database_for("load", os.environ.get("DATABASE_URL", "")))
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tools.load.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        django.setup()
        from tools.load.data import credentials, fill, read_options  # noqa: PLC0415 - once Django is set up

        filling = read_options(demo_arguments)
        call_command("migrate", verbosity=0)
        fill(filling)
        os.environ["LOAD_CREDENTIALS"] = json.dumps(credentials())
        address = stack.enter_context(server(options.workers))
        status = call(address, options.users, options.seconds)
    sys.exit(status)


@contextmanager
def server(workers: int) -> Iterator[str]:
    """Serve inside the block and yield the address; print what the server complained of."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "--config=config/gunicorn.py", f"--workers={workers}", f"--bind=127.0.0.1:{port}"]
    with TemporaryFile("w+") as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready/", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            print(*(line for line in log if '"level": "error"' in line or "Error" in line), sep="")


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once `address` answers; exit if it does not within STARTING_SECONDS or the process has ended."""
    deadline = time.monotonic() + STARTING_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(address)  # noqa: S310 - an address of this machine
        except URLError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


def call(address: str, users: int, seconds: int) -> int:
    """Let `users` call for `seconds`, counted from when all of them are there; return the exit status."""
    locust = ["-m", "locust", "--locustfile=tools/load/locustfile.py", "--headless", "--only-summary", "--reset-stats"]
    size = [
        f"--users={users}",
        f"--spawn-rate={users / WARMING_UP}",
        f"--run-time={seconds + WARMING_UP}s",
        "--stop-timeout=5",
    ]
    roots = " ".join(f"/api/{version}/" for version in settings.API_VERSIONS)
    return subprocess.call(
        [sys.executable, *locust, *size, f"--host={address}"], env={**os.environ, "LOAD_ROOTS": roots}
    )


if __name__ == "__main__":
    main()
