"""Probe liveness five times a second until standard input ends; print each time it took, 0 for no answer.

A process of its own, so that it does not wait for the threads of the callers.
"""

import http.client
import select
import sys
import time


def main() -> None:
    while not select.select([sys.stdin], [], [], 0.2)[0]:
        start, answered = time.monotonic(), False
        connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
        try:
            connection.request("GET", "/health/live/")
            answered = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            answered = False
        finally:
            connection.close()
        sys.stdout.write(f"{time.monotonic() - start if answered else 0}\n")


if __name__ == "__main__":
    main()
