"""Orders are confirmed while workers and brokers are killed: does every customer get an e-mail?

    python -m proofs.workers.chaos --orders 1000
    python -m proofs.workers.chaos --orders 1000 --digests 600 --empty-broker
    python -m proofs.workers.chaos --orders 500 --killed-senders

A process or a whole worker dies about every second, without warning; with --empty-broker, half-way, a Redis of its own
is killed too and started again without anything. With --killed-senders nothing else dies, but each process that
confirms an order dies between the commit and sending the task. E-mails are counted by Message-ID: none may be missing, and one is
there twice only if a kill fell between sending it and the commit.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from proofs.workers.running import Place, Worker

# Seconds after which the broker gives a dead worker's tasks to another; these take less than one.
VISIBILITY_TIMEOUT = "10"
# Seconds between two runs of the sweeper.
SWEEP = 5


@dataclass
class Outcome:
    """What became of the orders."""

    orders: int
    digests: int = 0
    seconds: float = 0
    killed: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    repeated: int = 0
    failed: int = 0
    resent: int = 0
    longest: float = 0
    swept: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return (
            f"{self.orders} orders and {self.digests} digests in {self.seconds:.0f} s, killed: {dict(self.killed)}: {self.missing} e-mails "
            f"missing, {self.repeated} repeated, {self.failed} failed tasks, {self.resent} sent again, "
            f"longest confirmation {1000 * self.longest:.0f} ms"
        )


def confirm_under_fire(
    place: "Place",
    *,
    orders: int,
    kills: int,
    pause: float,
    seed: int = 1,
    digests: int = 0,
    half_way: Callable[[], object] = lambda: None,
    confirm: Callable[[int], object] | None = None,
) -> Outcome:
    """Confirm orders on two workers of which something dies every `pause` seconds, and wait for the last e-mail.

    Meanwhile `digests` users get their digest.

    Raises:
        TimeoutError: it never comes.
    """
    from apps.notifications.tasks import send_digests  # noqa: PLC0415 - Django is set up by now
    from apps.orders import services  # noqa: PLC0415
    from apps.orders.models import Order  # noqa: PLC0415
    from apps.outbox import services as outbox  # noqa: PLC0415
    from apps.outbox.models import OutboxTask, State  # noqa: PLC0415
    from proofs.workers.running import wait_until  # noqa: PLC0415
    from tests.orders.factories import CustomerFactory, OrderFactory  # noqa: PLC0415

    outcome, chance, start = Outcome(orders, digests), random.Random(seed), time.monotonic()  # noqa: S311 - chance, no secret
    customer = CustomerFactory.create()
    made = OrderFactory.create_batch(orders, customer=customer, owner=customer.owner)
    OrderFactory.create_batch(digests, created_at=timezone.now() - timedelta(days=1))
    workers = [place.start(CELERY_VISIBILITY_TIMEOUT=VISIBILITY_TIMEOUT) for _ in range(2)]
    outbox.GRACE = -25  # a confirmation's time limit is 30 s: what is lost is sent again after 5

    def all_told() -> bool:
        if time.monotonic() - outcome.swept > SWEEP:
            outcome.swept = time.monotonic()
            with suppress(outbox.broker.OperationalError):
                outcome.resent += outbox.send_overdue()
        return not OutboxTask.objects.filter(state=State.QUEUED).exists()

    def fire() -> None:
        while not over.wait(chance.uniform(0.5, 1.5) * pause):
            if outcome.killed.total() < kills:
                kill_something(workers, chance, outcome)
            replace_ended(workers, place)

    wait_until(lambda: any(worker.is_ready() for worker in workers))
    over = Event()
    with ThreadPoolExecutor(1) as thread:
        firing = thread.submit(fire)
        try:
            for number, order in enumerate(made):
                if number == orders // 3 and digests:
                    outbox.enqueue(send_digests, day=timezone.localdate().isoformat())
                if number == orders // 2:
                    half_way()
                began = time.monotonic()
                if confirm:
                    confirm(order.pk)
                else:
                    services.confirm_order(orders=Order.objects.all(), order_id=order.pk)
                outcome.longest = max(outcome.longest, time.monotonic() - began)
            wait_until(all_told, timeout=max(120, orders / 2))
        finally:
            over.set()
        firing.result()

    counts = Counter(place.message_ids())
    outcome.seconds = time.monotonic() - start
    outcome.missing = orders + digests - len(counts)
    outcome.repeated = sum(count - 1 for count in counts.values())
    outcome.failed = OutboxTask.objects.count()
    return outcome


def confirm_and_die(order_id: int) -> None:
    """Confirm an order in a process that is killed by the first line that runs after the commit."""
    from django.db import connections  # noqa: PLC0415 - Django is set up by now

    from apps.orders import services  # noqa: PLC0415
    from apps.orders.models import Order  # noqa: PLC0415
    from apps.outbox import services as outbox  # noqa: PLC0415

    connections.close_all()  # two processes cannot share one
    child = os.fork()
    if not child:
        outbox.send = lambda entry: os.kill(os.getpid(), signal.SIGKILL)
        try:
            services.confirm_order(orders=Order.objects.all(), order_id=order_id)
        finally:
            os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
        raise ChildProcessError("The process was not killed after the commit.")


def kill_something(workers: "list[Worker]", chance: random.Random, outcome: Outcome) -> None:
    """Kill a process that runs tasks, or now and then a whole worker."""
    at_work = [worker for worker in workers if worker.is_ready()]
    if not at_work:  # all are starting: there is nothing that could be lost
        return
    worker = chance.choice(at_work)
    processes = worker.processes()
    if processes and chance.random() < 0.7:
        with suppress(ProcessLookupError):  # it went by itself
            os.kill(chance.choice(processes), signal.SIGKILL)
        outcome.killed["process"] += 1
    else:
        worker.kill()
        outcome.killed["worker"] += 1


def replace_ended(workers: "list[Worker]", place: "Place") -> None:
    """Start a worker for each that is no more, as whatever runs them in production does."""
    for index, worker in enumerate(workers):
        if worker.process.poll() is not None:
            workers[index] = place.start(CELERY_VISIBILITY_TIMEOUT=VISIBILITY_TIMEOUT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=1.0, help="Seconds between kills, on average.")
    parser.add_argument("--seed", type=int, default=1, help="The same seed kills in the same order.")
    parser.add_argument("--broker", help="One of those in proofs/workers/brokers.py (default: all).")
    parser.add_argument("--empty-broker", action="store_true", help="Kill a Redis half-way and start it again, empty.")
    parser.add_argument("--digests", type=int, default=0)
    parser.add_argument("--killed-senders", action="store_true", help="Kill each process between commit and sending.")
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django  # noqa: PLC0415 - it needs the settings' name

    django.setup()
    from proofs.workers.brokers import URLS, Broker, find_broker, redis_server  # noqa: PLC0415
    from proofs.workers.running import place  # noqa: PLC0415

    lost = 0
    run = {"orders": options.orders, "kills": sys.maxsize, "pause": options.pause, "seed": options.seed}
    run |= {"digests": options.digests}
    if options.killed_senders:
        run |= {"kills": 0, "confirm": confirm_and_die}
    if options.empty_broker:
        with redis_server() as server, TemporaryDirectory() as folder, place(Broker(server.url), Path(folder)) as found:
            outcome = confirm_under_fire(found, **run, half_way=server.restart_empty)
        sys.stdout.write(f"Redis, restarted empty: {outcome}\n")
        sys.exit(outcome.missing > 0)
    for name in [options.broker] if options.broker else URLS:
        with TemporaryDirectory() as folder, place(find_broker(name), Path(folder)) as found:
            outcome = confirm_under_fire(found, **run)
        sys.stdout.write(f"{name}: {outcome}\n")
        sys.stdout.flush()
        lost += outcome.missing
    sys.exit(lost > 0)


if __name__ == "__main__":
    main()
