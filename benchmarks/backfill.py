"""Three ways to fill in a column of a large table while others write to it.

Needs PostgreSQL and the generated project's dependencies:

    DATABASE_URL=postgres://…/an_empty_database python benchmarks/backfill.py [--project FOLDER] [--rows 200000]

For each way: rows that were left out, seconds in all, and the longest time that one of two concurrent writers, who
change single rows at random, waited for a row. Medians of several runs (of the longest wait: the worst).
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import psycopg

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

SKELETON = Path(__file__).resolve().parents[1] / "<<cookiecutter.project_slug>>"
WRITERS = 2
BATCH = 1000


def write(url: str, rows: int, stop: Event, waits: "Queue[tuple[float, int]]") -> None:
    """Change random rows until told to stop; report the longest wait in milliseconds and the number of changes."""
    longest, count = 0.0, 0
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.is_set():
            pk = random.randint(1, rows)
            start = time.perf_counter()
            connection.execute("UPDATE benchmark_row SET price = price + 1 WHERE id = %s", [pk])
            longest = max(longest, time.perf_counter() - start)
            count += 1
            time.sleep(0.002)
    waits.put((longest * 1000, count))


@contextmanager
def writers(url: str, rows: int) -> Iterator[list[tuple[float, int]]]:
    """Let WRITERS processes write inside the block; afterwards the list yielded holds what they report."""
    context = get_context("spawn")
    stop, waits = context.Event(), context.Queue()
    processes = [context.Process(target=write, args=(url, rows, stop, waits)) for _ in range(WRITERS)]
    for process in processes:
        process.start()
    time.sleep(2)
    found: list[tuple[float, int]] = []
    yield found
    stop.set()
    found.extend(waits.get() for _ in processes)
    for process in processes:
        process.join()


def ways(model: Any) -> dict[str, Callable[[], Any]]:
    """Return the ways to fill in `sku`, by name."""
    from apps.database.batches import BatchedUpdate
    from django.db.models import CharField, F, Q, Value
    from django.db.models.functions import Cast, Concat

    sku = Concat(Value("P-"), Cast(F("pk"), CharField()))
    todo = model.objects.filter(sku=None)

    def offset_slices() -> None:
        for start in range(0, todo.count(), BATCH):
            batch = list(todo.order_by("pk")[start : start + BATCH])
            for row in batch:
                row.sku = f"P-{row.pk}"
            model.objects.bulk_update(batch, ["sku"])

    def in_sql() -> None:
        for _ in BatchedUpdate(model=model, todo=Q(sku=None), values={"sku": sku}).run():
            pass

    return {
        "nothing (how long writers wait anyway)": lambda: time.sleep(2),
        "slices by offset, bulk_update": offset_slices,
        "one UPDATE": lambda: todo.update(sku=sku),
        "batches by key, UPDATE (BatchedUpdate)": in_sql,
    }


def fill(rows: int) -> None:
    """Replace the rows of the table by `rows` without a SKU."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE benchmark_row RESTART IDENTITY")
        cursor.execute(
            "INSERT INTO benchmark_row (name, price) "
            "SELECT 'Product ' || md5(n::text), mod(n, 100) FROM generate_series(1, %s) n",
            [rows],
        )
        cursor.execute("VACUUM ANALYZE benchmark_row")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=SKELETON)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sys.path.insert(0, str(options.project))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DATABASE_STATEMENT_TIMEOUT"] = "0"
    django.setup()

    from django.db import connection, models

    class Row(models.Model):  # noqa: DJ008 - nobody reads it
        name = models.CharField(max_length=200)
        price = models.DecimalField(max_digits=10, decimal_places=2)
        sku = models.CharField(max_length=20, null=True)  # noqa: DJ001 - NULL is what is to be filled in

        class Meta:
            app_label = "benchmark"

    with connection.schema_editor() as editor:
        editor.create_model(Row)

    results: dict[str, list[tuple[int, float, float]]] = {}
    for _ in range(options.runs):
        for name, run in ways(Row).items():
            fill(options.rows)
            with writers(os.environ["DATABASE_URL"], options.rows) as waits:
                start = time.perf_counter()
                run()
                seconds = time.perf_counter() - start
            left = Row.objects.filter(sku=None).count()
            results.setdefault(name, []).append((left, seconds, max(wait for wait, _ in waits)))

    print("| way | rows left | seconds | longest wait of a writer |")
    print("|---|---|---|---|")
    for name, runs in results.items():
        left, seconds, waits = zip(*runs, strict=True)
        print(f"| {name} | {max(left)} | {statistics.median(seconds):.1f} | {max(waits):.0f} ms |")


if __name__ == "__main__":
    main()
