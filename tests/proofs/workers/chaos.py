"""Orders are confirmed while their workers are killed: does every customer get a mail?

    python -m proofs.workers.chaos --orders 1000

A process or a whole worker dies about every second, without warning. Counted are the mails by Message-ID: none may be
missing, and one is there twice only if the kill fell between sending it and the commit.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs.workers.running import Place, Worker

# Seconds after which the broker gives a dead worker's tasks to another; these take less than one.
VISIBILITY_TIMEOUT = "10"
# Seconds between looks for mails that got lost.
LOOK = 30


@dataclass
class Outcome:
    """What became of the orders."""

    orders: int
    seconds: float = 0
    killed: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    repeated: int = 0
    replayed: int = 0
    sought: int = 0
    looked: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return (
            f"{self.orders} orders in {self.seconds:.0f} s, {self.killed['process']} processes and "
            f"{self.killed['worker']} workers killed: {self.missing} mails missing, {self.repeated} repeated, "
            f"{self.replayed} dead letters replayed, {self.sought} begun anew"
        )


def confirm_under_fire(place: "Place", *, orders: int, kills: int, pause: float, seed: int = 1) -> Outcome:
    """Confirm so many orders on two workers of which something dies so often, and wait until every customer knows.

    Raises:
        TimeoutError: some never do.
    """
    from apps.orders import services  # noqa: PLC0415
    from apps.orders.models import Order  # noqa: PLC0415
    from apps.outbox import services as background  # noqa: PLC0415 - Django is set up by now
    from apps.outbox.models import DeadLetter  # noqa: PLC0415
    from proofs.workers.running import wait_until  # noqa: PLC0415
    from tests.orders.factories import CustomerFactory, OrderFactory  # noqa: PLC0415

    outcome, chance, start = Outcome(orders), random.Random(seed), time.monotonic()  # noqa: S311 - chance, no secret
    customer = CustomerFactory.create()
    made = OrderFactory.create_batch(orders, customer=customer, owner=customer.owner)
    workers = [place.start(CELERY_VISIBILITY_TIMEOUT=VISIBILITY_TIMEOUT) for _ in range(2)]

    def all_told() -> bool:
        if time.monotonic() - outcome.looked > LOOK:  # as the clock does every hour
            outcome.looked = time.monotonic()
            outcome.sought += services.send_missing_confirmations() if place.is_idle() else 0
        for pk in DeadLetter.objects.waiting().values_list("pk", flat=True):
            outcome.replayed += background.replay_dead_letter(letter_id=pk)
        return not Order.objects.filter(confirmation_sent_at=None).exists()

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
            for order in made:
                services.confirm_order(orders=Order.objects.all(), order_id=order.pk)
            wait_until(all_told, timeout=max(90, orders / 2))
        finally:
            over.set()
        firing.result()

    counts = Counter(place.message_ids())
    outcome.seconds = time.monotonic() - start
    outcome.missing = orders - len(counts)
    outcome.repeated = sum(count - 1 for count in counts.values())
    return outcome


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
    parser.add_argument("--broker", help="One of those in tests/workers/brokers.py (default: all).")
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django  # noqa: PLC0415 - it needs the settings' name

    django.setup()
    from proofs.workers.brokers import URLS, find_broker  # noqa: PLC0415
    from proofs.workers.running import place  # noqa: PLC0415

    lost = 0
    for name in [options.broker] if options.broker else URLS:
        with TemporaryDirectory() as folder, place(find_broker(name), Path(folder)) as found:
            outcome = confirm_under_fire(
                found, orders=options.orders, kills=sys.maxsize, pause=options.pause, seed=options.seed
            )
        sys.stdout.write(f"{name}: {outcome}\n")
        sys.stdout.flush()
        lost += outcome.missing
    sys.exit(lost > 0)


if __name__ == "__main__":
    main()
