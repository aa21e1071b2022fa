"""Load this machine: make a database with demo data, start a server, send requests, and judge the results."""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from tempfile import TemporaryFile
from urllib.request import urlopen

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.test import override_settings

from tools.databases import database_for

WARM_UP = 5  # seconds in which callers arrive; they are not counted


def main() -> None:
    """Run the load test, and exit with 1 if requests failed or were too slow."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("--users", type=int, default=20, metavar="N", help="Callers at once.")
    parser.add_argument("--seconds", type=int, default=30, choices=range(1, 241), metavar="N", help="Up to 240.")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="Processes of the server.")
    options, demo_arguments = parser.parse_known_args()

    with ExitStack() as stack:
        url = stack.enter_context(database_for("load", os.environ.get("DATABASE_URL", "")))
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tools.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        django.setup()
        with override_settings(DEBUG=True), redirect_stdout(StringIO()):  # demo data is for development only
            execute_from_command_line(["manage.py", "demo", "--no-serve", *demo_arguments])
        from tools.load.credentials import credentials  # noqa: PLC0415 - once Django is set up

        os.environ["LOAD_CREDENTIALS"] = json.dumps(credentials())
        os.environ["LOAD_ROOTS"] = " ".join(f"/api/{version}/" for version in settings.API_VERSIONS)
        host = stack.enter_context(server(options.workers))
        status = call(host, options.users, options.seconds)
    sys.exit(status)


@contextmanager
def server(workers: int) -> Iterator[str]:
    """Serve inside the block and yield the URL; print the errors that were logged."""
    with TemporaryFile("w+") as log:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            host = f"http://127.0.0.1:{listener.getsockname()[1]}"
            bind = f"--bind=fd://{listener.fileno()}"
            command = [sys.executable, "-m", "gunicorn", "--config=config/gunicorn.py", f"--workers={workers}", bind]
            process = subprocess.Popen(command, stdout=log, stderr=log, pass_fds=[listener.fileno()])
        try:
            try:
                urlopen(f"{host}/health/live/", timeout=30).close()  # noqa: S310 - on this machine
            except OSError:
                sys.exit("The server did not start.")
            yield host
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            print(*(line for line in log if '"level": "error"' in line or "Error" in line), sep="")


def call(host: str, users: int, seconds: int) -> int:
    """Let `users` send requests for `seconds` once all have arrived, and return the exit status."""
    command = ["-m", "locust", "--locustfile=tools/load/locustfile.py", "--headless", "--only-summary", "--reset-stats"]
    rate = [f"--users={users}", f"--spawn-rate={users / WARM_UP}", f"--run-time={seconds + WARM_UP}s"]
    return subprocess.call([sys.executable, *command, *rate, "--stop-timeout=5", f"--host={host}"])


if __name__ == "__main__":
    main()
