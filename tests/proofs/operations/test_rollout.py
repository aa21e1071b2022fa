"""deploy/rollout replaces a release without a failed request.

It runs against a stand-in for docker (engine.py), with the shipped configuration of nginx in front.
"""

import http.client
import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings.env import BASE_DIR
from proofs.config.slow_clients import free_port, run_nginx
from proofs.config.test_production import GOOD
from proofs.services import without

pytestmark = [
    pytest.mark.skipif(not (BASE_DIR / "deploy" / "rollout").exists(), reason="the project has no image"),
    pytest.mark.timeout(400),  # many servers start, one after the other
]
EXPECTED = {"GET": 200, "POST": 403}  # without a CSRF token


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Path]:
    """A folder for the stand-in for docker and a copy of the script, which changes `.env`."""
    for name in ("containers", "images", "bin", "project/deploy", "home"):
        (tmp_path / name).mkdir(parents=True)
    docker = tmp_path / "bin" / "docker"
    docker.write_text(f'#!/bin/sh\ncd "{BASE_DIR}" && exec "{sys.executable}" -m proofs.operations.engine "$@"\n')
    docker.chmod(0o755)
    shutil.copy(BASE_DIR / "deploy" / "rollout", tmp_path / "project" / "deploy")
    (tmp_path / "project" / ".env").write_text("SECRET_KEY=x")
    yield tmp_path
    containers = list((tmp_path / "containers").iterdir())
    for container in containers:
        pid = json.loads(container.read_text())["pid"]
        subprocess.run(["/bin/kill", "-9", "--", f"-{pid}"], check=False, capture_output=True)  # noqa: S603 - ours


def rollout(engine: Path, port: int, release: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    environment = {
        **GOOD,
        **kept,
        "DATABASE_URL": f"sqlite:///{engine}/db.sqlite3",
        "ENGINE": str(engine),
        "HEALTH_PORT": "",
        "HOME": str(engine / "home"),
        "PATH": f"{engine}/bin:/usr/local/bin:/usr/bin:/bin",
        "PORT": str(port),
        "PYTHONWARNINGS": "ignore",
        "WEB_CONCURRENCY": "1",
    }
    return subprocess.run(  # noqa: S603 - our own arguments
        [str(engine / "project" / "deploy" / "rollout"), release],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@contextmanager
def names(engine: Path) -> Iterator[int]:
    """Answer queries for the addresses of web as docker's name server does, and yield the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query, connection = self.request
            end = query.index(b"\0", 12) + 5
            wanted = int.from_bytes(query[end - 4 : end - 2])
            addresses = sorted(path.name for path in (engine / "containers").iterdir()) if wanted == 1 else []
            answers = [b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(address) for address in addresses]
            header = query[:2] + b"\x81\x80\0\1" + len(answers).to_bytes(2) + b"\0\0\0\0"
            connection.sendto(header + query[12:end] + b"".join(answers), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def proxy(engine: Path, port: int) -> Iterator[int]:
    """Run nginx as production does, and yield its port."""
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        without("nginx", "it is not installed")
    with names(engine) as name_server:
        listening = free_port()
        shipped = (BASE_DIR / "deploy" / "nginx.conf").read_text("utf-8")
        for production, here in (
            ("listen 8080;", f"listen 127.0.0.1:{listening};"),
            ("resolver 127.0.0.11 ", f"resolver 127.0.0.1:{name_server} "),
            ("web:8000", f"web:{port}"),
            ("/etc/nginx/", f"{engine}/"),
        ):
            assert production in shipped
            shipped = shipped.replace(production, here)
        with run_nginx(engine, shipped, listening):
            yield listening


class Clients:
    """Clients that send requests all the time, each with a connection of its own, and note what they get."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stopped = threading.Event()
        self.answers: Counter[tuple[str, int | str, str]] = Counter()
        self.pool = ThreadPoolExecutor()

    def __enter__(self) -> "Clients":
        for method in ("GET", "POST", "GET", "POST"):
            self.pool.submit(self.run, method)
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        self.pool.shutdown()

    def run(self, method: str) -> None:
        while not self.stopped.is_set():
            self.answers[self.ask(method)] += 1
            time.sleep(0.01)

    def ask(self, method: str) -> tuple[str, int | str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, "/health/live/", body=b"x" * 1000, headers={"Host": "example.com"})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return method, type(error).__name__, ""
        else:
            return method, response.status, response.headers.get("X-Release", "")
        finally:
            connection.close()

    @property
    def failed(self) -> dict[tuple[str, int | str, str], int]:
        return {answer: number for answer, number in self.answers.items() if EXPECTED[answer[0]] != answer[1]}

    def releases(self) -> set[str]:
        """Return which releases answer now."""
        return {self.ask("GET")[2] for _ in range(8)}


def test_no_request_fails_while_a_release_is_replaced_and_rolled_back(engine: Path) -> None:
    port = free_port()
    first = rollout(engine, port, "one")
    assert first.returncode == 0, first.stderr

    with proxy(engine, port) as address, Clients(address) as clients:
        assert clients.releases() == {"one"}
        deployed = rollout(engine, port, "two")
        assert deployed.returncode == 0, deployed.stderr
        assert clients.releases() == {"two"}
        rolled_back = rollout(engine, port, "one")
        assert rolled_back.returncode == 0, rolled_back.stderr
        assert clients.releases() == {"one"}

    assert clients.failed == {}
    assert {(method, release) for method, _, release in clients.answers} >= {("GET", "two"), ("POST", "two")}
    print(f"{sum(clients.answers.values())} requests, {sum(clients.failed.values())} failed")
    assert len(list((engine / "containers").iterdir())) == 2
    assert (engine / "project" / ".env").read_text() == "SECRET_KEY=x\nTAG=one\n"
    calls = (engine / "calls").read_text().splitlines()
    assert sum("build" in call for call in calls) == 2, "going back builds nothing"
    assert sum("web=3" in call for call in calls) == 2, "at most three containers at a time"
    starts = [call for call in calls if " up " in call and call.endswith(" web")]
    assert [call for call in starts if "--no-deps" not in call or "--no-recreate" not in call] == []


def test_a_release_that_does_not_start_leaves_the_old_one_alone(engine: Path) -> None:
    port = free_port()
    assert rollout(engine, port, "one").returncode == 0
    before = sorted(path.read_text() for path in (engine / "containers").iterdir())

    with proxy(engine, port) as address, Clients(address) as clients:
        refused = rollout(engine, port, "broken")
        assert clients.releases() == {"one"}

    assert refused.returncode == 1
    assert refused.stderr.rstrip().endswith("The old one goes on serving.")
    assert clients.failed == {}
    assert sorted(path.read_text() for path in (engine / "containers").iterdir()) == before
    assert (engine / "project" / ".env").read_text() == "SECRET_KEY=x\nTAG=one\n"


def test_a_rollout_without_a_release_is_refused(engine: Path) -> None:
    refused = rollout(engine, 1, "")

    assert refused.returncode != 0
    assert "which release?" in refused.stderr
    assert not (engine / "calls").exists()
