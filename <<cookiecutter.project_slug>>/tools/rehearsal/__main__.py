"""Run the new migrations while the previous release serves, on a PostgreSQL database made for it."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from tools.databases import database_for

MIGRATION = "rehearsed migration"  # the application_name of its connections
QUIET_SECONDS = 3  # of traffic before and after the migrations
LOCKS = """
    SELECT relation::regclass::text || ' ' || mode, (SELECT count(*) FROM pg_locks AS waiting WHERE NOT waiting.granted)
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE application_name = %s AND granted AND locktype = 'relation' AND relation > 16384
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""


class Sent(NamedTuple):
    """A request to the previous release, or a problem of a scenario."""

    at: float
    milliseconds: float
    name: str
    problem: str


class Held(NamedTuple):
    """The longest time that a lock was held, and the most connections that waited."""

    milliseconds: float
    waiting: int


def main() -> None:
    """Rehearse, and exit with 1 if a request failed or was too slow."""
    parser = argparse.ArgumentParser(prog="python -m tools.rehearsal", description=__doc__)
    parser.add_argument("--old", default="main", help="The release that serves: a commit, or a folder (default: main).")
    parser.add_argument("--rows", type=int, default=100_000, help="Rows there are beforehand.")
    parser.add_argument("--clients", type=int, default=3, help="Threads that send requests.")
    parser.add_argument("--threshold", type=float, default=1000, help="Milliseconds a request may take at most.")
    options = parser.parse_args()
    database_url = os.environ.get("DATABASE_URL", "")
    if not database_url.startswith("postgres"):
        parser.error("DATABASE_URL must name a PostgreSQL server; a database of its own is made there.")

    with ExitStack() as stack:
        old = stack.enter_context(release(options.old))
        url = stack.enter_context(database_for("rehearsal", database_url))
        here = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tools.settings", "SECRET_KEY": "x" * 50}
        os.environ |= {**here, "LOG_LEVEL": "ERROR"}
        run(old, "manage.py", "migrate", "--verbosity=0")
        run(old, "-m", "tools.rehearsal.traffic", "load", str(options.rows))
        with traffic(old, options.clients) as sent:
            time.sleep(QUIET_SECONDS)
            begin = time.time()
            locks = migrate(url)
            end = time.time()
            time.sleep(QUIET_SECONDS)
    report(sent, begin, end, locks, options.threshold)


def migrate(url: str) -> dict[str, Held]:
    """Run the new migrations, and return the locks that they held."""
    locks: dict[str, Held] = {}
    since: dict[str, float] = {}
    command = [sys.executable, "manage.py", "migrate"]
    environment = {**os.environ, "PGAPPNAME": MIGRATION}
    with psycopg.connect(url, autocommit=True) as connection, subprocess.Popen(command, env=environment) as migration:
        while migration.poll() is None:
            seen: dict[str, int] = dict(connection.execute(LOCKS, [MIGRATION]).fetchall())
            now = time.monotonic()
            since = {lock: since.get(lock, now) for lock in seen}
            for lock, waiting in seen.items():
                longest, most_waiting = locks.get(lock, Held(0, 0))
                locks[lock] = Held(max(longest, (now - since[lock]) * 1000), max(most_waiting, waiting))
            time.sleep(0.01)
    if migration.returncode:
        sys.exit("The migrations failed; see above.")
    return locks


def report(sent: list[Sent], begin: float, end: float, locks: dict[str, Held], threshold: float) -> None:
    """Print the results, and exit with 1 if a request failed or was too slow."""
    print(f"\n{len(sent)} requests of the previous release; the migrations took {end - begin:.1f} s.")
    phases: dict[str, list[Sent]] = {"before": [], "meanwhile": [], "afterwards": []}
    for request in sent:
        ended = request.at + request.milliseconds / 1000
        phase = "before" if ended < begin else "meanwhile" if request.at <= end else "afterwards"
        phases[phase].append(request)
    for phase, requests in phases.items():
        if not requests:
            sys.exit(f"No request {phase}: nothing was rehearsed. Is the machine too busy?")
        longest = max(requests, key=lambda request: request.milliseconds)
        print(f"  {phase}: {len(requests)}, the longest took {longest.milliseconds:.0f} ms ({longest.name})")
    print("Locks that keep others from reading or writing, looked for every 10 ms:" + ("" if locks else " none seen."))
    for lock, held in sorted(locks.items()):
        print(f"  {lock}: for {held.milliseconds:.0f} ms at most, {held.waiting} waited")
    problems = [f"{request.name}: {request.problem}" for request in sent if request.problem]
    slow = sum(1 for request in phases["meanwhile"] if request.milliseconds > threshold)
    print(f"{len(problems)} errors, {slow} requests above {threshold:.0f} ms while the migrations ran.")
    print(*sorted(set(problems)), sep="\n")
    sys.exit(1 if problems or slow else 0)


@contextmanager
def release(name: str) -> Iterator[Path]:
    """Yield the folder `name`, or a copy of this one as it was at that commit."""
    if Path(name).is_dir():
        yield Path(name).resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.check_output(["git", "archive", "--format=tar", name])  # of the current folder
        subprocess.run(["tar", "--extract", f"--directory={folder}"], input=archive, check=True)
        yield Path(folder)


def run(folder: Path, *command: str) -> None:
    """Run a Python command of the release in `folder`."""
    subprocess.run([sys.executable, *command], cwd=folder, check=True)


@contextmanager
def traffic(folder: Path, clients: int) -> Iterator[list[Sent]]:
    """Send requests to the release in `folder` inside the block, from `clients` threads; then fill the list yielded."""
    sent: list[Sent] = []
    command = [sys.executable, "-m", "tools.rehearsal.traffic", "run", str(clients)]
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(command, cwd=folder, stdout=output) as process:
        try:
            while process.poll() is None and not os.fstat(output.fileno()).st_size:
                time.sleep(0.1)
            yield sent
        finally:
            stopped = process.poll() is not None
            process.kill()
        if stopped:
            sys.exit("The traffic stopped by itself; see above.")
        process.wait()
        output.seek(0)
        sent += [Sent(*json.loads(line)) for line in output]


if __name__ == "__main__":
    main()
