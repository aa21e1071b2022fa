"""Private servers that a measurement may freeze, kill and start again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings.env import BASE_DIR

POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    """Return a port from 20000 that nothing listens on."""
    for port in range(20_000 + os.getpid() % 10_000, 60_000):
        with socket.socket() as chosen:
            if chosen.connect_ex(("127.0.0.1", port)):
                return port
    raise OSError("no port is free")


def wait_for(port: int, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def descendants(pid: int) -> list[int]:
    """Return the ids of a process and of all that it started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607 - pgrep, wherever it is
    return [pid, *(one for child in found.stdout.split() for one in descendants(int(child)))]


class Server(ABC):
    """A server on a port of this machine."""

    scheme = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/0"

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the command line that starts it."""

    def start(self) -> None:
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=BASE_DIR)  # noqa: S603 - our own arguments
        wait_for(self.port)

    def freeze(self) -> None:
        self.frozen = descendants(self.process.pid)
        for pid in self.frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in reversed(self.frozen):
            os.kill(pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    stop = kill


class Redis(Server):
    """Nothing of it is on a disk: it starts empty."""

    scheme = "redis"

    def command(self) -> Sequence[str]:
        return ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]


class Forwarder(Server):
    """Passes bytes on to the RabbitMQ of this machine, and may be frozen in its place."""

    scheme = "amqp"
    url = property(lambda self: f"amqp://guest:guest@127.0.0.1:{self.port}//")  # type: ignore[assignment]

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "proofs.outages.forwarder", str(self.port), "5672"]


class PostgreSQL(Server):
    """A cluster of its own."""

    scheme = "postgres"
    url = property(lambda self: f"postgres://postgres@127.0.0.1:{self.port}/postgres")  # type: ignore[assignment]

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        # The server refuses to run as root.
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres")
        self.run("initdb", "--no-sync", "--username=postgres", "--auth=trust", f"--pgdata={self.data}")
        super().__init__(folder)

    def run(self, program: str, *arguments: str) -> None:
        command = [*self.as_user, str(POSTGRESQL[-1] / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 - our own arguments

    def command(self) -> Sequence[str]:
        options = f"-F -p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        return "pg_ctl", "start", "--wait", f"--pgdata={self.data}", f"--log={self.folder}/log", f"--options={options}"

    def start(self) -> None:
        self.run(*self.command())

    def freeze(self) -> None:
        self.frozen = descendants(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        for pid in self.frozen:
            os.kill(pid, signal.SIGSTOP)

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={self.data}")


@contextmanager
def running[S: Server](kind: type[S]) -> Iterator[S]:
    """Run a server of that kind inside the block."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = kind(Path(folder))
        try:
            yield server
        finally:
            server.stop()
