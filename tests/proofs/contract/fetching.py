"""Lazy loads raise while a request is served: what an answer needs is loaded by the QuerySet that asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import FETCH_ONE, FETCH_RAISE, Model
from django.db.models.fetch_modes import FetchMode

_forbidden: ContextVar[bool] = ContextVar("lazy_loads_forbidden", default=False)


class FetchUnlessForbidden(FetchMode):
    """Loads a foreign key or a deferred field when it is first used, except where that is forbidden."""

    def fetch(self, fetcher: Any, instance: Model) -> None:
        (FETCH_RAISE if _forbidden.get() else FETCH_ONE).fetch(fetcher, instance)


@contextmanager
def lazy_loads_forbidden() -> Iterator[None]:
    """Raise FieldFetchBlocked on a lazy load inside the block."""
    token = _forbidden.set(True)
    try:
        yield
    finally:
        _forbidden.reset(token)
