"""What a broker or a process that fails costs: no task, and no request's time."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_django
from django.db import transaction

from apps.outbox import services
from apps.outbox.broker import queue_depths
from apps.outbox.models import OutboxTask, State
from apps.outbox.services import enqueue
from config.settings.env import BASE_DIR
from proofs.workers import tasks
from proofs.workers.brokers import Broker, RedisServer, redis_server

# % if cookiecutter.use_example
from proofs.workers.chaos import confirm_under_fire

# % endif
from proofs.workers.running import Place, Worker, place, wait_until

pytestmark = pytest.mark.timeout(300)  # processes start, on a busy machine too


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as found:
        yield found


@pytest.fixture
def there(
    server: RedisServer,
    tmp_path: Path,
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Place]:
    """A place without a worker, on a broker that the test may do with as it likes."""
    with django_db_blocker.unblock(), place(Broker(server.url), tmp_path) as found:
        yield found


def queued() -> int:
    return OutboxTask.objects.filter(state=State.QUEUED).count()


def seconds(function: Callable[[], object]) -> float:
    start = time.monotonic()
    function()
    return time.monotonic() - start


def make_overdue() -> None:
    OutboxTask.objects.update(next_attempt_at=services.timezone.now())


def test_a_broker_that_hangs_holds_up_one_request_for_about_a_second(there: Place, server: RedisServer) -> None:
    def confirm() -> None:
        with transaction.atomic():
            enqueue(tasks.note_request, folder=str(there.notes))

    confirm()
    server.process.send_signal(signal.SIGSTOP)
    took = [seconds(confirm) for _ in range(50)]
    server.process.send_signal(signal.SIGCONT)

    assert max(took) < 2
    assert sum(pause > 0.5 for pause in took) == 1
    assert queued() == 51
    there.start()
    make_overdue()
    wait_until(lambda: services.send_overdue() == 0 and not queued())


def test_a_broker_that_is_down_holds_up_no_request_and_what_waits_is_sent_later(
    there: Place, server: RedisServer
) -> None:
    server.kill()
    took = [seconds(lambda: enqueue(tasks.note_request, folder=str(there.notes))) for _ in range(50)]
    assert max(took) < 1
    assert queued() == 50

    server.start()
    there.start()
    make_overdue()
    wait_until(lambda: services.send_overdue() >= 0 and not queued())
    assert there.noted("") == 50


@dataclass
class Beats:
    """Two beats, started again when they end, and what happened to them."""

    there: Place
    lock: int
    running: list[Worker] = field(default_factory=list)
    ended: int = 0

    def supervise(self, seconds: float) -> None:
        """Start those again that end, as whatever runs them in production does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            alive = [beat for beat in self.running if beat.process.poll() is None]
            self.ended += len(self.running) - len(alive)
            self.running = alive + [self.there.start("beat", BEAT_LOCK=str(self.lock)) for _ in range(2 - len(alive))]
            time.sleep(0.2)


def sent() -> int:
    return queue_depths()["default"]


def beats_without_broker(there: Place, server: RedisServer, *, lock: int, away: float) -> str:
    """Stop the broker of two beats for `away` seconds; fail if one hangs, or both send."""
    beats = Beats(there, lock)
    wait_until(lambda: beats.supervise(0.5) or sent() > 2)
    server.process.send_signal(signal.SIGSTOP)
    beats.supervise(away)
    server.process.send_signal(signal.SIGCONT)
    before, back = sent(), time.monotonic()
    wait_until(lambda: beats.supervise(0.2) or sent() > before)
    recovered = time.monotonic() - back
    first, start = sent(), time.monotonic()
    beats.supervise(10)
    counted, took = sent() - first, time.monotonic() - start
    assert counted <= took + 2, "both beats send"
    assert counted >= took / 2
    return f"{beats.ended} beats ended and started again, sends {recovered:.0f} s later, {counted} in {took:.0f} s"


def test_of_two_beats_without_their_broker_one_sends_when_it_is_back(there: Place, server: RedisServer) -> None:
    beats_without_broker(there, server, lock=4, away=12)


# % if cookiecutter.use_example
def test_a_broker_that_lost_its_memory_loses_no_task(there: Place, server: RedisServer) -> None:
    outcome = confirm_under_fire(there, orders=60, kills=2, pause=1, half_way=server.restart_empty)

    assert (outcome.missing, outcome.failed) == (0, 0), outcome
    assert outcome.repeated <= outcome.killed.total(), outcome


# % endif
def test_a_process_killed_between_commit_and_sending_loses_no_task(there: Place, tmp_path: Path) -> None:
    """The process dies in the first line that runs after the commit."""
    program = f"""
import os, signal, django
django.setup()
from django.db import transaction
from apps.outbox import services
from proofs.workers import tasks
services.send = lambda entry: os.kill(os.getpid(), signal.SIGKILL)
with transaction.atomic():
    services.enqueue(tasks.note_request, folder={str(there.notes)!r})
"""
    for _ in range(5):
        killed = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", program], cwd=BASE_DIR, env=there.environment, check=False
        )
        assert killed.returncode == -signal.SIGKILL
    assert queued() == 5

    there.start()
    make_overdue()
    assert services.send_overdue() == 5
    wait_until(lambda: not queued())
    assert there.noted("") == 5
