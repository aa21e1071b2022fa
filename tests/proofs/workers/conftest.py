"""Fixtures for tests on real brokers."""

from collections.abc import Iterator

import pytest
import pytest_django

from proofs.workers.brokers import URLS, find_broker
from proofs.workers.running import Place, place


@pytest.fixture(scope="module", params=list(URLS))
def here(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Place]:
    """A place with a worker, on each kind of broker in turn."""
    broker = find_broker(request.param)
    with django_db_blocker.unblock(), place(broker, tmp_path_factory.mktemp(request.param)) as found:
        found.start()
        yield found
