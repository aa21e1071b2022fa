"""A RabbitMQ that hangs while several threads send tasks."""

import threading
import time
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from apps.outbox import broker
from proofs.outages.servers import Forwarder, running
from proofs.workers.brokers import Broker, find_broker
from proofs.workers.running import sending_to

pytestmark = pytest.mark.timeout(120)


def test_no_thread_waits_for_it_longer_than_documented(tmp_path: Path) -> None:
    find_broker("rabbitmq")
    over, longest = threading.Event(), [0.0]
    task = current_app.tasks["apps.accounts.tasks.clear_expired_sessions"]

    def send() -> None:
        while not over.wait(0.02):
            start = time.monotonic()
            broker.publish(task, (), {})
            longest.append(time.monotonic() - start)

    with running(Forwarder) as server:
        found = Broker(server.url)
        with sending_to(found):
            threads = [threading.Thread(target=send) for _ in range(6)]
            for thread in threads:
                thread.start()
            for _ in range(2):
                time.sleep(1)
                longest[:] = [0.0]
                server.freeze()
                time.sleep(12)
                server.thaw()
                time.sleep(0.5)
                assert max(longest) < 8  # several of the timeouts, on a busy machine, but less than it hangs
            over.set()
            for thread in threads:
                thread.join()
            found.clear()


def test_a_worker_and_beat_give_up_on_one_that_does_not_confirm() -> None:
    """They wait for longer than a request, but not for ever: on this connection no answer may ever come."""
    find_broker("rabbitmq")
    task = current_app.tasks["apps.accounts.tasks.clear_expired_sessions"]

    with running(Forwarder) as server:
        found = Broker(server.url)
        found.settings["CELERY_BROKER_TRANSPORT_OPTIONS"]["read_timeout"] = 1
        with sending_to(found):
            task.apply_async()
            server.freeze()
            start = time.monotonic()
            with pytest.raises(OperationalError):
                task.apply_async()
            assert time.monotonic() - start < 20
            server.thaw()
            task.apply_async()
            found.clear()
