"""How many requests are served at once: for gunicorn (config/gunicorn.py), and to compare with what a database grants."""

from math import ceil

from config.machine import cores, memory
from config.settings.env import env

# What a process of the web server takes up, with some to spare: a limit on memory is one on processes too.
PROCESS_BYTES = 256 * 2**20


def processes(cores: float, memory: int) -> int:
    """Return how many processes `cores` keep busy and `memory` (bytes) has room for: one at least."""
    return max(1, min(ceil(cores), memory // PROCESS_BYTES))


# In each process so many threads: while one request waits for the database, others are served.
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=processes(cores(), memory()))
WEB_THREADS = env.int("WEB_THREADS", default=4)
# Machines or containers that serve. apps.database.checks multiplies all three.
WEB_INSTANCES = env.int("WEB_INSTANCES", default=1)
# config.asgi instead of config.wsgi: for views that wait long, for many clients at once, without a thread for each.
WEB_ASGI = env.bool("WEB_ASGI", default=False)
