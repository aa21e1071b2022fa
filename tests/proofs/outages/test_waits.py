"""How long a request waits for a database that does not answer a new connection."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from config.settings.env import BASE_DIR
from proofs.contract.apis import ROOTS

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


@pytest.mark.parametrize("pool", ["0", "4"])
def test_a_database_that_does_not_answer_a_new_connection_costs_three_seconds(pool: str) -> None:
    with silent_port() as port:
        environment = {
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{port}/postgres",
            "DATABASE_POOL_MAX": pool,
            "DJANGO_SETTINGS_MODULE": "tools.settings",
            "SECRET_KEY": "x" * 60,
        }
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", PROGRAM, f"{ROOTS[0]}users/me/"],
            cwd=BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    status, retry_after, seconds = done.stdout.split()[-3:]
    assert (status, retry_after) == ("503", "1")
    assert 2.5 < float(seconds) < 6
