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
from threading import Event, Thread
from typing import NamedTuple

import psycopg

from tools.databases import database_for

NEW = Path.cwd()
MIGRATION = "rehearsed migration"  # the application_name of its connections
QUIET_SECONDS = 3  # of traffic before and after the migrations
LOCKS = """
    SELECT relation::regclass::text || ' ' || mode, (SELECT count(*) FROM pg_locks AS waiting WHERE NOT waiting.granted)
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE application_name = %s AND granted AND locktype = 'relation' AND relation > 16384
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""


class Sent(NamedTuple):
    """A request to the previous release."""

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
    parser.add_argument("--clients", type=int, default=3, help="Processes that send requests.")
    parser.add_argument("--threshold", type=float, default=1000, help="Milliseconds a request may take at most.")
    options = parser.parse_args()
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        parser.error("DATABASE_URL must name a PostgreSQL server; a database of its own is made there.")

    with ExitStack() as stack:
        old = stack.enter_context(release(options.old))
        url = stack.enter_context(database_for("rehearsal", address))
        run(old, url, "manage.py", "migrate", "--verbosity=0")
        run(old, url, "-m", "tools.rehearsal.traffic", "load", str(options.rows))
        with traffic(old, url, options.clients) as sent:
            time.sleep(QUIET_SECONDS)
            begin = time.time()
            with watched_locks(url) as locks:
                run(NEW, url, "manage.py", "migrate", PGAPPNAME=MIGRATION)
            end = time.time()
            time.sleep(QUIET_SECONDS)
    report(sent, begin, end, locks, options.threshold)


def report(sent: list[Sent], begin: float, end: float, locks: dict[str, Held], threshold: float) -> None:
    """Print the results, and exit with 1 if a request failed or was too slow."""
    print(f"\n{len(sent)} requests of the previous release; the migrations took {end - begin:.1f} s.")
    earlier = [request for request in sent if request.at <= end]
    phases = {
        "before": [request for request in earlier if request.at + request.milliseconds / 1000 < begin],
        "meanwhile": [request for request in earlier if request.at + request.milliseconds / 1000 >= begin],
        "afterwards": [request for request in sent if request.at > end],
    }
    for phase, requests in phases.items():
        if not requests:
            sys.exit(f"No request {phase}: nothing was rehearsed. Is the machine too busy?")
        longest = max(requests, key=lambda request: request.milliseconds)
        print(f"  {phase}: {len(requests)}, the longest took {longest.milliseconds:.0f} ms ({longest.name})")
    print("Locks that keep others from reading or writing, looked for every 10 ms:" + ("" if locks else " none seen."))
    for lock, held in sorted(locks.items()):
        print(f"  {lock}: for {held.milliseconds:.0f} ms at most, {held.waiting} waited")
    problems = {f"{request.name}: {request.problem}" for request in sent if request.problem}
    errors = sum(1 for request in sent if request.problem)
    slow = sum(1 for request in phases["meanwhile"] if request.milliseconds > threshold)
    print(f"{errors} errors, {slow} requests above {threshold:.0f} ms while the migrations ran.")
    print(*sorted(problems), sep="\n")
    sys.exit(1 if errors or slow else 0)


@contextmanager
def release(name: str) -> Iterator[Path]:
    """Yield the folder `name`, or a worktree of that commit."""
    if Path(name).is_dir():
        yield Path(name).resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        root = subprocess.check_output(["git", "rev-parse", "--show-prefix"], cwd=NEW, text=True).strip()
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", f"{folder}/old", name], check=True)
        try:
            yield Path(folder) / "old" / root
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", f"{folder}/old"], check=True)


def environment(url: str, **more: str) -> dict[str, str]:
    """Return the environment of a release."""
    here = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tools.settings", "SECRET_KEY": "x" * 50}
    return {**os.environ, **here, "LOG_LEVEL": "ERROR", **more}


def run(folder: Path, url: str, *command: str, **more: str) -> None:
    """Run a Python command of the release in `folder`."""
    subprocess.run([sys.executable, *command], cwd=folder, env=environment(url, **more), check=True)


@contextmanager
def traffic(folder: Path, url: str, clients: int) -> Iterator[list[Sent]]:
    """Send requests to the release in `folder` inside the block, from `clients` processes; then fill the list yielded."""
    sent: list[Sent] = []
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile(mode="w+")) for _ in range(clients)]
        command = [sys.executable, "-m", "tools.rehearsal.traffic", "run"]
        processes = [subprocess.Popen(command, cwd=folder, env=environment(url), stdout=output) for output in outputs]
        try:
            while running(processes) and not all(os.fstat(output.fileno()).st_size for output in outputs):
                time.sleep(0.1)
            yield sent
        finally:
            complete = running(processes)
            for process in processes:
                process.kill()
                process.wait()
        if not complete:
            sys.exit("A client of the previous release stopped by itself; see above.")
        for output in outputs:
            output.seek(0)
            sent += [Sent(*json.loads(line)) for line in output if line.endswith("\n")]


def running(processes: list[subprocess.Popen[bytes]]) -> bool:
    """Return whether no process has ended."""
    return all(process.poll() is None for process in processes)


@contextmanager
def watched_locks(url: str) -> Iterator[dict[str, Held]]:
    """Yield the locks that the migrations hold inside the block: a dictionary that fills meanwhile."""
    locks: dict[str, Held] = {}
    stop = Event()

    def watch() -> None:
        since: dict[str, float] = {}
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.wait(0.01):
                seen: dict[str, int] = dict(connection.execute(LOCKS, [MIGRATION]).fetchall())
                now = time.monotonic()
                since = {lock: since.get(lock, now) for lock in seen}
                for lock, waiting in seen.items():
                    so_far = locks.get(lock, Held(0, 0))
                    held = (now - since[lock]) * 1000
                    locks[lock] = Held(max(so_far.milliseconds, held), max(so_far.waiting, waiting))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield locks
    finally:
        stop.set()
        watcher.join()


if __name__ == "__main__":
    main()
