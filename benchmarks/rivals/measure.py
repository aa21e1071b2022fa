"""Measure our list of orders and our create against the rivals'. Run inside a generated project by ../api.py."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "rivals.settings"
django.setup()

from apps.catalog.models import Product
from apps.orders.models import Customer
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment
from tests.queries import watch_queries

from rivals.data import fill

ROUNDS = 15
REQUESTS = 12
SECONDS = 1.5
THREADS = 4

LISTS = {
    "naive lazy loading": "/rivals/naive/",
    "(a) usual ModelSerializer": "/rivals/usual/",
    "(b) best idiomatic": "/rivals/idiomatic/",
    "(c) json_agg, the limit": "/rivals/limit/",
    "DRF, ours": "/api/v1/orders/",
    "Ninja, ours": "/api/v2/orders/",
}
USUAL, IDIOMATIC, LIMIT = list(LISTS)[1:4]


def cpu_seconds(process: int) -> float:
    """Return how long `process` has run on a processor so far."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def measured(call: Callable[[], object], database_process: int) -> tuple[float, float]:
    """Return the milliseconds of processor time that one call takes: of Python, and with PostgreSQL's added."""
    python, postgres = time.process_time(), cpu_seconds(database_process)
    for _ in range(REQUESTS):
        call()
    python, postgres = time.process_time() - python, cpu_seconds(database_process) - postgres
    return 1000 * python / REQUESTS, 1000 * (python + postgres) / REQUESTS


def interleaved(calls: dict[str, Callable[[], object]], database_process: int) -> dict[str, tuple[float, float]]:
    """Return the medians of `measured` over rounds in which every call has its turn."""
    for call in calls.values():
        call()
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            rounds[name].append(measured(call, database_process))
    return {
        name: (median(python for python, _ in results), median(total for _, total in results))
        for name, results in rounds.items()
    }


def statements(call: Callable[[], object]) -> int:
    """Return how many statements the call sends, without BEGIN and COMMIT."""
    with watch_queries() as log:
        call()
    return len(log)


def requests_per_second(port: int, path: str, cookie: str) -> float:
    """Return how many requests a second THREADS connections get answered in SECONDS."""
    counts = [0] * THREADS
    stop = time.perf_counter() + SECONDS

    # Sockets: http.client would take as much of the processors as half a request.
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as server, server.makefile("rb") as response:
            while time.perf_counter() < stop:
                server.sendall(request)
                status = response.readline()
                if b" 200 " not in status:
                    raise RuntimeError(f"{path} answered {status!r}")
                headers = dict(line.lower().split(b": ", 1) for line in iter(response.readline, b"\r\n"))
                response.read(int(headers[b"content-length"]))
                counts[number] += 1

    start = time.perf_counter()
    threads = [threading.Thread(target=ask, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def over_http(cookie: str, port: int) -> dict[str, float]:
    """Return each list's median requests per second from two gunicorn workers."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--workers=2",
        "--threads=2",
        f"--bind=127.0.0.1:{port}",
    ]
    command += ["--no-control-socket", "--log-level=error"]
    with subprocess.Popen(command) as server:
        try:
            time.sleep(4)
            rounds: dict[str, list[float]] = {name: [] for name in LISTS}
            for turn in range(6):
                for name, path in LISTS.items():
                    rate = requests_per_second(port, path, cookie)
                    if turn:  # the first only warms up
                        rounds[name].append(rate)
            return {name: median(rates) for name, rates in rounds.items()}
        finally:
            server.terminate()


def table(title: str, rows: dict[str, list[str]]) -> None:
    """Print `rows` under `title`, in columns."""
    print(f"\n{title}")
    for name, cells in rows.items():
        print(f"  {name:28}" + "".join(f"{cell:>16}" for cell in cells))


def main() -> None:
    """Measure and print."""
    setup_test_environment()
    user = fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_backend_pid()")
        (database_process,) = cursor.fetchone()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def get(path: str) -> Callable[[], object]:
        return lambda: client.get(path)

    shown = {name: client.get(path).json()["results"] for name, path in LISTS.items()}
    ours = shown["DRF, ours"]
    for name, rows in shown.items():
        if [row["id"] for row in rows] != [row["id"] for row in ours] or rows[0]["total"] != ours[0]["total"]:
            raise RuntimeError(f"{name} answers with something else")

    results = interleaved({name: get(path) for name, path in LISTS.items()}, database_process)
    header = {"25 orders with 4 items each": ["Python ms", "with PG ms", "statements", "x (a)", "x (b)", "x (c)"]}
    table(
        "In process, CPU per request",
        header
        | {
            name: [
                f"{python:.2f}",
                f"{total:.2f}",
                str(statements(get(LISTS[name]))),
                *(f"{results[other][1] / total:.2f}" for other in (USUAL, IDIOMATIC, LIMIT)),
            ]
            for name, (python, total) in results.items()
        },
    )

    customer = Customer.objects.filter(owner=user).first()
    products = list(Product.objects.values_list("pk", flat=True)[:10])
    order = json.dumps(
        {
            "customer": customer.pk,
            "shipping_address": "1 Long Street",
            "items": [{"product": pk, "quantity": 1} for pk in products],
        }
    )

    def post(path: str) -> Callable[[], object]:
        def call() -> None:
            response = client.post(path, order, content_type="application/json")
            if response.status_code != 201:
                raise RuntimeError(f"{path} answered {response.status_code}: {response.content!r}")

        return call

    creates = {
        "naive": post("/rivals/create/"),
        "DRF, ours": post("/api/v1/orders/"),
        "Ninja, ours": post("/api/v2/orders/"),
    }
    results = interleaved(creates, database_process)
    table(
        "Create with 10 items, CPU per request",
        {"": ["Python ms", "with PG ms", "statements", "x naive"]}
        | {
            name: [
                f"{python:.2f}",
                f"{total:.2f}",
                str(statements(creates[name])),
                f"{results['naive'][1] / total:.2f}",
            ]
            for name, (python, total) in results.items()
        },
    )

    rates = over_http(cookie, int(sys.argv[1]))
    table(
        "Over HTTP, two gunicorn workers",
        {"": ["requests/s", "x (a)", "x (b)", "x (c)"]}
        | {
            name: [f"{rate:.0f}", *(f"{rate / rates[other]:.2f}" for other in (USUAL, IDIOMATIC, LIMIT))]
            for name, rate in rates.items()
        },
    )


if __name__ == "__main__":
    main()
