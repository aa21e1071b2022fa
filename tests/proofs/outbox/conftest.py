"""Fixtures for tests of background work."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from proofs.outbox import tasks


@pytest.fixture
def told() -> Iterator[list[Callable[..., Any]]]:
    """What `do_as_told` does: append functions that take the task's arguments."""
    yield tasks.EFFECTS
    tasks.EFFECTS.clear()
