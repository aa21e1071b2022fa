"""Pass bytes on between two ports: python -m proofs.outages.forwarder FROM TO [ADDRESS]."""

import socket
import sys
from contextlib import suppress
from threading import Thread


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def main() -> None:
    address = sys.argv[3] if sys.argv[3:] else "127.0.0.1"
    with socket.create_server((address, int(sys.argv[1]))) as listener:
        while True:
            client = listener.accept()[0]
            server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
            for ends in ((client, server), (server, client)):
                Thread(target=pass_on, args=ends, daemon=True).start()


if __name__ == "__main__":
    main()
