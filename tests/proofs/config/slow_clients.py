"""What 50 slow clients do to others, with the shipped nginx in front of gunicorn and without it.

    python -m proofs.config.slow_clients

Each slow client sends a part of a request and nothing more. Others send an ordinary request every tenth of a second.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings.env import BASE_DIR

# The beginnings of requests: of its headers, and of its body.
HALF_SENT = [
    b"GET /health/live/ HTTP/1.1\r\nHost: example.com\r\nX-Slow: ",
    b"POST /health/live/ HTTP/1.1\r\nHost: example.com\r\nContent-Length: 1000\r\n\r\na part of 1000 bytes",
]


@dataclass
class Others:
    """What happened to the requests of others."""

    tried: int = 0
    served: int = 0
    longest: float = 0

    def __str__(self) -> str:
        return f"{self.served} of {self.tried} requests served, the longest took {1000 * self.longest:.0f} ms"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """Run nginx as production does, in front of the port `upstream`, and yield its port."""
    port, shipped = free_port(), (BASE_DIR / "deploy" / "nginx.conf").read_text("utf-8")
    site = shipped.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("web:8000", f"127.0.0.1:{upstream}")
    assert site.count("127.0.0.1:") == 2
    with run_nginx(folder, site, port):
        yield port


@contextmanager
def run_nginx(folder: Path, site: str, port: int) -> Iterator[None]:
    """Run nginx with the configuration `site`, which listens on `port`."""
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{ }}\n"
        f"http {{ access_log off; {paths}\n{site} }}\n"
    )
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as process:  # noqa: S603 - our own arguments
        try:
            wait_for(port)
            yield
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nothing listens on {port}"
            time.sleep(0.05)
        else:
            return


def others_meanwhile(port: int, *, slow: int = 50, seconds: float = 5) -> Others:
    """Return what happened to others while `slow` clients have sent a part of their requests."""
    others = Others()
    with ExitStack() as stack:
        for number in range(slow):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            client.sendall(HALF_SENT[number % 2])
        time.sleep(0.5)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.monotonic()
            others.tried += 1
            others.served += is_served(port)
            others.longest = max(others.longest, time.monotonic() - start)
            time.sleep(0.1)
    return others


def is_served(port: int, host: str = "127.0.0.1") -> bool:
    """Send a request; return whether it is answered with 200 within two seconds."""
    with socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(b"GET /health/live/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
        try:
            return connection.recv(100).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    from proofs.config.test_gunicorn import gunicorn  # noqa: PLC0415 - it reads the settings
    from proofs.config.test_production import GOOD  # noqa: PLC0415

    port = free_port()
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = GOOD | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PYTHONWARNINGS": "ignore"}
        with gunicorn(folder, "--bind", f"127.0.0.1:{port}", **environment), nginx(folder, port) as buffered:
            wait_for(port)
            while not is_served(port):
                time.sleep(0.1)
            sys.stdout.write(f"no slow client: {others_meanwhile(port, slow=0)}\n")
            sys.stdout.write(f"50 slow clients, gunicorn alone: {others_meanwhile(port)}\n")
            sys.stdout.write(f"50 slow clients, behind nginx: {others_meanwhile(buffered)}\n")


if __name__ == "__main__":
    main()
