"""Probe liveness five times a second until standard input ends.

Print how long each took, 0 for no answer, and how much longer than it wanted this process has slept before.

A process of its own, so that it does not wait for the threads of the callers.
"""

import http.client
import select
import sys
import time

PAUSE = 0.2


def main() -> None:
    began = time.monotonic()
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        start, answered = time.monotonic(), False
        late = start - began - PAUSE
        connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
        try:
            connection.request("GET", "/health/live/")
            answered = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            answered = False
        finally:
            connection.close()
        began = time.monotonic()
        sys.stdout.write(f"{began - start if answered else 0} {late}\n")


if __name__ == "__main__":
    main()
