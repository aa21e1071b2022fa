"""What the cache spares: a page of products with and without it, and how often it is read when many miss it at once.

    uv run benchmarks/cache.py

Needs PostgreSQL (POSTGRES_URL, else postgres@127.0.0.1) and Redis (REDIS_URL, else database 15 on 127.0.0.1).
Generates a project, installs it, fills a database of its own, and measures both ways in turns: compare the ratios, not
the times.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Barrier, Process, Value
from pathlib import Path
from statistics import median
from typing import Any

POSTGRES_URL = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1")
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")
DATABASE = "django_expert_cache_benchmark"
PRODUCTS, PAGES, PROCESSES, THREADS = 20_000, 1000, 4, 16


def main() -> None:
    """Generate, install, measure, and remove it all."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
    from snapshot import snapshot

    with tempfile.TemporaryDirectory() as scratch:
        template = Path(scratch, "template")
        snapshot(template)
        options = ["--no-input", "--default-config", "--output-dir", scratch, str(template)]
        subprocess.run(
            [sys.executable, "-m", "cookiecutter", *options, "project_slug=bench"], check=True, capture_output=True
        )
        project = Path(scratch, "bench")
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {
            "DATABASE_URL": f"{POSTGRES_URL}/{DATABASE}",
            "CACHE_URL": f"{REDIS_URL}?key_prefix=benchmark",
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DEBUG": "false",
            "PYTHONPATH": str(project),
        }

        def run(*command: str) -> None:
            subprocess.run(["uv", "run", "--quiet", *command], cwd=project, env=environment, check=True)

        def sql(statement: str) -> None:
            connect = f"import psycopg; psycopg.connect('{POSTGRES_URL}/postgres', autocommit=True)"
            run("python", "-c", f"{connect}.execute('{statement}')")

        sql(f"DROP DATABASE IF EXISTS {DATABASE}")
        sql(f"CREATE DATABASE {DATABASE}")
        try:
            run("manage.py", "migrate", "--verbosity", "0")
            run("python", __file__, "measure")
        finally:
            sql(f"DROP DATABASE IF EXISTS {DATABASE}")


def measure() -> None:
    """Measure inside the generated project."""
    import django

    django.setup()

    from apps.catalog.models import Product  # type: ignore[import-not-found]

    Product.objects.bulk_create(Product(sku=f"S-{n}", name=f"Product {n:06}", price=n) for n in range(PRODUCTS))
    ways = {"database": lambda: page().fresh_rows(), "cache": lambda: page().rows()}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(PAGES):
        for name, read in ways.items():
            start, start_cpu = time.perf_counter(), time.process_time()
            read()
            wall[name].append(time.perf_counter() - start)
            cpu[name].append(time.process_time() - start_cpu)
    print(f"A page of 26 of {PRODUCTS} products, median of {PAGES} in turns:")
    for name, times in {"time": wall, "processor time of Python": cpu}.items():
        one, other = median(times["database"]) * 1000, median(times["cache"]) * 1000
        print(f"  {name}: {one:.2f} ms from the database, {other:.2f} ms from the cache: {other / one:.2f} times")

    reads = [reads_of_many_misses() for _ in range(10)]
    print(f"{PROCESSES * THREADS} readers in {PROCESSES} processes miss it at once; reads of the database: {reads}")


def page() -> Any:
    """Return the first page of products."""
    from apps.catalog.models import Product

    return Product.objects.by_name().matching(available=True)[:26]


def reads_of_many_misses() -> int:
    """Return how often the database is read when everybody asks for what the cache does not have."""
    from apps.catalog.models import PRODUCTS as KEPT  # type: ignore[import-not-found]
    from apps.catalog.models import ProductQuerySet
    from django.db import connections

    reads, start_line, fresh_rows = Value("i", 0), Barrier(PROCESSES), ProductQuerySet.fresh_rows

    def counted(products: Any) -> Any:
        with reads.get_lock():
            reads.value += 1
        return fresh_rows(products)

    def many_readers() -> None:
        ProductQuerySet.fresh_rows = counted
        start_line.wait()
        with ThreadPoolExecutor(THREADS) as threads:
            for _ in range(THREADS):
                threads.submit(lambda: page().rows())

    KEPT.forget()
    connections.close_all()
    readers = [Process(target=many_readers) for _ in range(PROCESSES)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return int(reads.value)


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
