"""Fixtures for tests on real brokers."""

from collections.abc import Generator, Iterator
from typing import Any

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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the workers logged when a test failed."""
    report = yield
    if report.failed and "here" in item.funcargs:
        report.sections.append(("Logs of the workers", item.funcargs["here"].logs()[-5000:]))
    return report
