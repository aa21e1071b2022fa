"""What callers see while something the site depends on fails: one row of a table for each fault; and what is lost.

    python -m proofs.outages [NAME …]

Everything runs on private servers but RabbitMQ, which is reached through a forwarder that is frozen in its place.
Needs PostgreSQL's and Redis' programs and, for rabbitmq, a RabbitMQ on its usual port.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import psycopg

from config.settings.env import BASE_DIR
from proofs.outages.callers import HEADER, Callers
from proofs.outages.servers import Forwarder, PostgreSQL, Redis, Server, free_port, running, wait_for

CALLERS = 6
ORDERS = 12_000


@dataclass
class Site:
    """The site under test and what it depends on."""

    database: PostgreSQL
    cache: Redis
    broker: Server
    port: int
    health_port: int

    def lock_orders(self, seconds: float) -> None:
        """Let every statement on orders wait."""
        with psycopg.connect(self.database.url) as connection:
            connection.execute("LOCK TABLE orders_order IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)

    def restart_database(self) -> None:
        self.database.stop()
        self.database.start()

    def down(self, server: Server, seconds: float) -> None:
        server.stop()
        time.sleep(seconds)
        server.start()

    def frozen(self, server: Server, seconds: float) -> None:
        server.freeze()
        time.sleep(seconds)
        server.thaw()


@dataclass
class Scenario:
    """A fault, and the site that it happens to."""

    name: str
    fault: Callable[[Site], None]
    environment: dict[str, str]
    more_callers: int = 0  # while it lasts
    broker: type[Server] = Redis


POOL = {"DATABASE_POOL_MAX": "4"}
SCENARIOS = {
    "none": Scenario("none, 10 s", lambda site: time.sleep(10), {}),
    "broker": Scenario("Redis broker frozen, 25 s", lambda site: site.frozen(site.broker, 25), {}),
    "rabbitmq": Scenario("RabbitMQ frozen, 25 s", lambda site: site.frozen(site.broker, 25), {}, broker=Forwarder),
    "broker-down": Scenario("Redis broker down, 10 s", lambda site: site.down(site.broker, 10), {}),
    "cache": Scenario("cache frozen, 10 s", lambda site: site.frozen(site.cache, 10), {}),
    "database": Scenario("database frozen, 30 s", lambda site: site.frozen(site.database, 30), {}),
    "database-pool": Scenario("database frozen, 30 s, pool", lambda site: site.frozen(site.database, 30), POOL),
    "restart": Scenario("database restarted", Site.restart_database, {}),
    "restart-pool": Scenario("database restarted, pool", Site.restart_database, POOL),
    "down": Scenario("database down, 45 s", lambda site: site.down(site.database, 45), {}),
    "down-pool": Scenario("database down, 45 s, pool", lambda site: site.down(site.database, 45), POOL),
    "pool": Scenario(
        "pool of 2, 20 callers, 10 s",
        lambda site: time.sleep(10),
        {"DATABASE_POOL_MAX": "2", "WEB_THREADS": "16"},
        more_callers=14,
    ),
    "statement": Scenario(
        "orders locked 15 s, statement limit 2 s",
        lambda site: site.lock_orders(15),
        {"DATABASE_STATEMENT_TIMEOUT": "2"},
    ),
}
# Programs that print what became of every task.
CHAOS = ["-m", "proofs.workers.chaos"]
PROGRAMS = {
    "empty-broker": [*CHAOS, "--orders=1000", "--digests=600", "--empty-broker", "--pause=3"],
    "killed-senders": [*CHAOS, "--orders=500", "--killed-senders", "--broker=redis"],
    "chaos": [*CHAOS, "--orders=1000"],
    "throughput": ["-m", "proofs.workers.throughput"],
}


@contextmanager
def site(scenario: Scenario, database: PostgreSQL, cache: Redis, broker: Server, folder: Path) -> Iterator[Site]:
    """Serve inside the block."""
    port, health_port = free_port(), 0
    with ExitStack() as stack:
        log = stack.enter_context((folder / f"{port}.log").open("wb"))
        health_port = port + 1
        environment = {
            **os.environ,
            **scenario.environment,
            "CACHE_URL": cache.url,
            "CELERY_BROKER_URL": broker.url,
            "HEALTH_PORT": str(health_port),
        }
        command = [sys.executable, "-W", "ignore", "-m", "config.gunicorn", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own
        try:
            wait_for(health_port)
            time.sleep(5)  # until both workers serve
            yield Site(database, cache, broker, port, health_port)
        finally:
            process.terminate()
            process.wait()


def prepare() -> tuple[list[dict[str, str]], Iterator[int]]:
    """Fill the database; return the headers of a user, and their orders."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    from apps.orders.models import Order  # noqa: PLC0415
    from tests.authentication import METHODS  # noqa: PLC0415
    from tests.orders.factories import CustomerFactory  # noqa: PLC0415
    from tools.load.credentials import headers_of  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    customer = CustomerFactory.create()
    made = Order.objects.bulk_create(Order(owner=customer.owner, customer=customer) for _ in range(ORDERS))
    names: Any = [name for name in METHODS if name != "oauth2"]
    return [headers_of(customer.owner, name) for name in names], iter([order.pk for order in made])


def measure(scenario: Scenario, here: Site, headers: list[dict[str, str]], orders: Iterator[int]) -> str:
    """Return the row of a scenario: three seconds, the fault, and six seconds after it."""
    for order in [next(orders, 0) for _ in range(4)]:  # both processes have imported what they need
        warm = Callers(here.port, here.health_port, headers, repeat(order))
        warm.request(here.port, "POST", f"/api/v1/orders/{order}/confirm/", {"Content-Length": "0", **headers[0]}, 30)
    callers = Callers(here.port, here.health_port, headers, orders)
    with callers.probing(), callers.calling(CALLERS):
        time.sleep(3)
        with callers.calling(scenario.more_callers):
            scenario.fault(here)
        ended = time.monotonic()
        time.sleep(6)
    return callers.row(scenario.name, ended)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join([*SCENARIOS, *PROGRAMS])} (default: all)."
    )
    chosen = parser.parse_args().names or [*SCENARIOS, *PROGRAMS]

    with running(PostgreSQL) as database, TemporaryDirectory() as name:
        os.environ |= {
            "DATABASE_URL": database.url,
            "DJANGO_SETTINGS_MODULE": "tools.settings",
            "JWT_ACCESS_TOKEN_SECONDS": "36000",
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        django.setup()
        headers, orders = prepare()
        sys.stdout.write(f"{HEADER}\n{'|---' * 10}|\n")
        for scenario in [SCENARIOS[name] for name in chosen if name in SCENARIOS]:
            with (
                running(Redis) as cache,
                running(scenario.broker) as broker,
                site(scenario, database, cache, broker, Path(name)) as here,
            ):
                sys.stdout.write(f"{measure(scenario, here, headers, orders)}\n")
                sys.stdout.flush()
        for program in [PROGRAMS[name] for name in chosen if name in PROGRAMS]:
            subprocess.run([sys.executable, "-W", "ignore", *program], check=False, cwd=BASE_DIR)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
