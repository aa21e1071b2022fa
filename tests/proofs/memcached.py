"""As much of a Memcached server as the project's client asks for, where none is installed.

python -m proofs.memcached -p PORT
"""

import sys
import time
from collections.abc import Callable
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock

A_MONTH = 60 * 60 * 24 * 30  # a longer time is a date, says the protocol


class Server(ThreadingTCPServer):
    """A server with one memory for all connections: flags, expiry and value by key."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.lock = Lock()
        self.memory: dict[bytes, tuple[bytes, float, bytes]] = {}

    def find(self, key: bytes) -> tuple[bytes, float, bytes] | None:
        flags, expires, value = self.memory.get(key, (b"", -1.0, b""))
        return (flags, expires, value) if not expires or expires > time.time() else None


class Connection(StreamRequestHandler):
    """One client's connection, with a method for each command of the text protocol."""

    server: Server

    def handle(self) -> None:
        while line := self.rfile.readline():
            command, *arguments = line.split()
            method: Callable[..., bytes] | None = getattr(self, f"do_{command.decode()}", None)
            with self.server.lock:
                answer = method(*arguments) if method else b"ERROR"
            if arguments[-1:] != [b"noreply"]:
                self.wfile.write(answer + b"\r\n")

    def do_get(self, *keys: bytes) -> bytes:
        found = ((key, self.server.find(key)) for key in keys)
        lines = [b"VALUE %s %s %d\r\n%s\r\n" % (key, item[0], len(item[2]), item[2]) for key, item in found if item]
        return b"".join(lines) + b"END"

    def do_set(self, key: bytes, flags: bytes, expires: bytes, size: bytes, *_: bytes) -> bytes:
        value = self.rfile.read(int(size) + 2)[:-2]
        seconds = int(expires)
        until = seconds + time.time() if 0 < seconds <= A_MONTH else float(seconds)
        self.server.memory[key] = (flags, until, value)
        return b"STORED"

    def do_add(self, key: bytes, flags: bytes, expires: bytes, size: bytes, *rest: bytes) -> bytes:
        if not self.server.find(key):
            return self.do_set(key, flags, expires, size, *rest)
        self.rfile.read(int(size) + 2)
        return b"NOT_STORED"

    def do_incr(self, key: bytes, delta: bytes, *_: bytes) -> bytes:
        found = self.server.find(key)
        if not found:
            return b"NOT_FOUND"
        flags, expires, value = found
        self.server.memory[key] = (flags, expires, b"%d" % (int(value) + int(delta)))
        return self.server.memory[key][2]

    def do_touch(self, key: bytes, expires: bytes, *_: bytes) -> bytes:
        found = self.server.find(key)
        if not found:
            return b"NOT_FOUND"
        self.server.memory[key] = (found[0], int(expires) and time.time() + int(expires), found[2])
        return b"TOUCHED"

    def do_delete(self, key: bytes, *_: bytes) -> bytes:
        return b"DELETED" if self.server.memory.pop(key, None) else b"NOT_FOUND"

    def do_flush_all(self, *_: bytes) -> bytes:
        self.server.memory.clear()
        return b"OK"

    def do_version(self) -> bytes:
        return b"VERSION 1.6.0"


if __name__ == "__main__":
    with Server(int(sys.argv[-1])) as server:
        server.serve_forever()
