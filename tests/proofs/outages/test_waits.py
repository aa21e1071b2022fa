"""How long a request waits for a database whose network drops what is sent to it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from config.settings.env import BASE_DIR
from proofs.contract.apis import ROOTS
from proofs.outages.servers import PostgreSQL, free_port, running

pytestmark = pytest.mark.timeout(120)

PROGRAM = """
import os, sys, time, django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
client.get("/health/live/")  # imports what every request needs
client.cookies["sessionid"] = "x" * 32
start = time.monotonic()
response = client.get(sys.argv[1])
print(response.status_code, response.get("Retry-After"), time.monotonic() - start, flush=True)
os._exit(0)  # not after the pool's own attempts
"""


@contextmanager
def silent_port() -> Iterator[int]:
    """Listen on a port whose queue is full: the kernel drops what asks for a connection."""
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.connect(listener.getsockname())
        yield listener.getsockname()[1]


def first_request(*command: str, **environment: str) -> tuple[str, str, float]:
    """Run PROGRAM by `command` and return the status of its request, Retry-After and the seconds that it took."""
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, f"{ROOTS[0]}users/me/"],
        cwd=BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "tools.settings", "SECRET_KEY": "x" * 60, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    status, retry_after, seconds = done.stdout.split()[-3:]
    return status, retry_after, float(seconds)


def can_mount() -> bool:
    """Return whether a process may have a mount of its own: as root on Linux."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)  # noqa: S607 - wherever it is
    return done.returncode == 0


@pytest.mark.parametrize("pool", ["0", "4"])
def test_a_database_that_does_not_answer_a_new_connection_costs_three_seconds(pool: str) -> None:
    with silent_port() as port:
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
        status, retry_after, seconds = first_request(*command, DATABASE_URL=url, DATABASE_POOL_MAX=pool)
    assert (status, retry_after) == ("503", "1")
    assert 2.5 < seconds < 6


@pytest.mark.skipif(not can_mount(), reason="needs root on Linux, to mount over /etc/resolv.conf")
def test_a_name_server_that_does_not_answer_costs_two_seconds(tmp_path: Path) -> None:
    address = f"127.1.{os.getpid() % 256}.53"
    (tmp_path / "resolv.conf").write_text(f"nameserver {address}\n")
    url = "postgres://postgres@database.example.com/postgres"
    program = 'mount --bind "$1" /etc/resolv.conf && exec "$2" -W ignore -c "$3" "$4"'
    command = ["unshare", "--mount", "sh", "-c", program, "sh", str(tmp_path / "resolv.conf"), sys.executable, PROGRAM]
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind((address, 53))
        status, retry_after, seconds = first_request(*command, PATH=os.environ["PATH"], DATABASE_URL=url)
    assert (status, retry_after) == ("503", "1")
    assert 1.5 < seconds < 6


QUERY = """
import sys, time, django
django.setup()
from django.db import OperationalError, connection
connection.ensure_connection()
print("connected", flush=True)
sys.stdin.readline()
start = time.monotonic()
try:
    connection.cursor().execute("SELECT 1")
except OperationalError:
    print(time.monotonic() - start, flush=True)
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own arguments


def mac_of(name: str) -> str:
    return Path(f"/sys/class/net/{name}/address").read_text("utf-8").strip()


@contextmanager
def network(address: str, other: str) -> Iterator[list[str]]:
    """Lead from `address` here to `other` in a network of its own; give the command that runs a program there."""
    name, inner = f"proof{os.getpid()}", f"inner{os.getpid()}"
    with subprocess.Popen(["unshare", "--net", "sleep", "100"]) as holder:  # noqa: S607 - wherever it is
        try:
            there = ["nsenter", "--net", f"--target={holder.pid}"]
            while Path(f"/proc/{holder.pid}/ns/net").samefile("/proc/self/ns/net"):
                time.sleep(0.05)
            run("ip", "link", "add", name, "type", "veth", "peer", "name", inner, "netns", str(holder.pid))
            run("ip", "address", "add", f"{address}/24", "dev", name)
            run("ip", "link", "set", name, "up")
            run(*there, "ip", "address", "add", f"{other}/24", "dev", inner)
            run(*there, "ip", "link", "set", inner, "up")
            run(*there, "ip", "neighbour", "add", address, "lladdr", mac_of(name), "dev", inner, "nud", "permanent")
            yield there
        finally:
            holder.kill()


@pytest.mark.skipif(
    not shutil.which("ip") or subprocess.run(["unshare", "--net", "true"], check=False).returncode > 0,  # noqa: S607 - wherever it is
    reason="needs the right to make networks",
)
def test_a_connection_whose_other_end_is_gone_costs_ten_seconds() -> None:
    here, other = (f"10.77.{os.getpid() % 256}.{host}" for host in (1, 2))
    with network(here, other) as there, running(PostgreSQL) as database:
        port = str(free_port())
        forward = [sys.executable, "-m", "proofs.outages.forwarder", port, str(database.port), here]
        with subprocess.Popen(forward, cwd=BASE_DIR) as forwarder:  # noqa: S603 - our own arguments
            environment = {
                **os.environ,
                "DATABASE_URL": f"postgres://postgres@{here}:{port}/postgres",
                "DJANGO_SETTINGS_MODULE": "tools.settings",
                "SECRET_KEY": "x" * 60,
            }
            command = [*there, sys.executable, "-W", "ignore", "-c", QUERY]
            with subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=BASE_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as client:
                assert client.stdout
                assert client.stdout.readline() == "connected\n"
                run("ip", "address", "del", f"{here}/24", "dev", f"proof{os.getpid()}")  # not even a refusal comes
                seconds = float(client.communicate("go\n")[0])
            forwarder.kill()
    assert 9 < seconds < 15
