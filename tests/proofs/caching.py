"""Caches for tests: memory that its threads share, and servers of its own, which it may stop and start."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from config.settings.cache import caches
from config.settings.env import parse_url
from proofs.services import without

# What the threads of a test share, as processes do a server.
SHARED_MEMORY: dict[str, Any] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"}

# How to start a server, by the scheme of CACHE_URL; its port follows.
COMMANDS = {
    # % if cookiecutter.use_redis
    "redis": ["redis-server", "--save", "", "--port"],
    # % else
    "pymemcache": (
        ["memcached", "-u", "nobody", "-p"]
        if shutil.which("memcached")
        else [sys.executable, "-m", "proofs.memcached", "-p"]
    ),
    # % endif
}


@dataclass
class CacheServer:
    """One that listens on a port of this machine while `running`."""

    scheme: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """Django's CACHES."""
        return caches(parse_url(self.url))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it inside the block, then kill it. Without it, skip the test, or fail it in CI."""
        program, *arguments = COMMANDS[self.scheme]
        if not shutil.which(program):
            without(program, "it is not installed, and is stopped and started here")
        command = [program, *arguments, str(self.port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as self.process:  # noqa: S603 - one of the above
            try:
                self._wait()
                yield
            finally:
                self.process.kill()

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Let it not answer inside the block, and go on after that with all that it had in memory."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline, f"{self.url} does not answer"
                time.sleep(0.01)
            else:
                return


def stopped_server(scheme: str) -> CacheServer:
    """Return a server on a port that nothing listens on yet."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return CacheServer(scheme, chosen.getsockname()[1])
