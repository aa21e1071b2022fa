"""The proxy that production ships keeps slow clients away from gunicorn's threads."""

import shutil
import socket
import time
from pathlib import Path

import pytest

from config.settings.env import BASE_DIR
from proofs.config.slow_clients import HALF_SENT, free_port, is_served, nginx, others_meanwhile, wait_for
from proofs.config.test_gunicorn import gunicorn, wait_until
from proofs.config.test_production import GOOD

pytestmark = [
    pytest.mark.skipif(not (BASE_DIR / "deploy" / "nginx.conf").exists(), reason="the project has no proxy"),
    pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="nginx is not installed"),
]


def test_others_are_served_behind_the_shipped_proxy_and_not_without_it(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **GOOD,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PYTHONWARNINGS": "ignore:No directory at",
        "WEB_CONCURRENCY": "1",
    }
    with gunicorn(tmp_path, "--bind", f"127.0.0.1:{port}", **environment) as (process, _):
        wait_for(port)
        wait_until(lambda: is_served(port), process)
        with nginx(tmp_path, port) as buffered:
            behind = others_meanwhile(buffered, seconds=3)
            alone = others_meanwhile(port, seconds=3)

            assert behind.served == behind.tried
            assert behind.longest < 1.5
            assert alone.served < alone.tried / 2, "gunicorn needs no proxy any more"

            wait_for(buffered)
            start = time.monotonic()
            with socket.create_connection(("127.0.0.1", buffered), timeout=30) as slow:
                slow.sendall(HALF_SENT[1])
                answer = slow.recv(100)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
            assert time.monotonic() - start < 15
