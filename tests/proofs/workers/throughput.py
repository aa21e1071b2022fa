"""What the outbox costs: confirmations and tasks with and without it, in turn, on a Redis of its own.

    DATABASE_URL=postgres://… python -m proofs.workers.throughput

Without it a task is sent after the commit and nothing is written.
"""

import argparse
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch


def percentiles(seconds: list[float]) -> str:
    ranked = [1000 * value for value in sorted(seconds)]
    return f"P50 {statistics.median(ranked):.2f} ms, P95 {ranked[int(0.95 * len(ranked))]:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=400, help="Of each kind.")
    parser.add_argument("--tasks", type=int, default=200, help="In each round.")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django  # noqa: PLC0415 - it needs the settings' name

    django.setup()
    from django.db import transaction  # noqa: PLC0415

    from apps.orders import services  # noqa: PLC0415
    from apps.orders.choices import OrderStatus  # noqa: PLC0415
    from apps.orders.models import Order  # noqa: PLC0415
    from apps.orders.tasks import send_order_confirmation as confirmation  # noqa: PLC0415
    from apps.outbox.services import enqueue  # noqa: PLC0415
    from proofs.workers import tasks  # noqa: PLC0415
    from proofs.workers.brokers import Broker, redis_server  # noqa: PLC0415
    from proofs.workers.running import place, wait_until  # noqa: PLC0415
    from tests.orders.factories import CustomerFactory, OrderFactory  # noqa: PLC0415

    def send_only(task: Any, **kwargs: Any) -> None:
        transaction.on_commit(partial(task.delay, **kwargs), robust=True)

    ways = {"with": enqueue, "without": send_only}
    with redis_server() as server, TemporaryDirectory() as folder, place(Broker(server.url), Path(folder)) as here:
        customer = CustomerFactory.create()
        orders = OrderFactory.create_batch(2 * options.orders, customer=customer, owner=customer.owner)
        took: dict[str, list[float]] = {name: [] for name in ways}
        for number, order in enumerate(orders):
            name = list(ways)[number % 2]
            with patch.object(services, "enqueue", ways[name]):
                start = time.perf_counter()
                services.confirm_order(orders=Order.objects.all(), order_id=order.pk)
                took[name].append(time.perf_counter() - start)
        for name, seconds in took.items():
            sys.stdout.write(f"confirm_order {name}: {percentiles(seconds)}\n")

        worker = here.start()
        wait_until(worker.is_ready)
        wait_until(here.is_idle, timeout=300)
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, task in {"with": confirmation, "without": tasks.confirmation_without_outbox}.items():
                status = OrderStatus.CONFIRMED
                batch = OrderFactory.create_batch(options.tasks, customer=customer, owner=customer.owner, status=status)
                start = time.perf_counter()
                with transaction.atomic():
                    for order in batch:
                        ways[name](task, order_id=order.pk)
                wait_until(
                    lambda: not Order.objects.filter(status=OrderStatus.CONFIRMED, confirmation_sent_at=None).exists()
                )
                rates[name].append(options.tasks / (time.perf_counter() - start))
        for name, found in rates.items():
            sys.stdout.write(
                f"confirmations e-mailed a second, by two processes, {name}: {statistics.median(found):.0f}\n"
            )


if __name__ == "__main__":
    main()
