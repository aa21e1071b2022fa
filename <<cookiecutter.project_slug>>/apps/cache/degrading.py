"""A cache server that is down makes the site slow, not broken.

While it does not answer, everything is as if the cache were empty: see `Degrading`. One thread tries again every
second; the others do not wait for it. Whatever else was to be written or deleted meanwhile would come back as it was
before, once the server does, as a session that has ended for instance: these keys are deleted first.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils.functional import cached_property

from apps.cache import ERRORS

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 1
MAX_LOST = 100_000


class Outage:
    """What the threads of this process know of a server that does not answer.

    Attributes:
        retry_at: when to try again, by `time.monotonic`; None while all is well.
        lost: keys, with their versions, of which the server may have an outdated value.
    """

    def __init__(self) -> None:
        self.retry_at: float | None = None
        self.lost: set[tuple[Any, int | None]] = set()


OUTAGES: defaultdict[str, Outage] = defaultdict(Outage)


class Degrading(BaseCache):
    """Mixed into a cache of Django's: what its server does not answer is answered as by an empty cache.

    Reads find nothing, writes seem to succeed, `add` does too (whoever takes a lock shall go on), and counting a key
    raises ValueError, as it does for any that is missing.
    """

    errors: ClassVar[tuple[type[Exception], ...]]
    _servers: Sequence[str]

    @cached_property
    def _outage(self) -> Outage:
        return OUTAGES[str(self._servers)]

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(partial(super().add, key, value, timeout, version), otherwise=True)

    def get(self, key: Any, default: Any | None = None, version: int | None = None) -> Any:
        return self._attempt(partial(super().get, key, default, version), otherwise=default)

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._attempt(partial(super().set, key, value, timeout, version), otherwise=None, writes=[(key, version)])

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(partial(super().touch, key, timeout, version), otherwise=False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(partial(super().delete, key, version), otherwise=False, writes=[(key, version)])

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._attempt(partial(super().get_many, list(keys), version), otherwise={})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(partial(super().has_key, key, version), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        count = self._attempt(partial(super().incr, key, delta, version), otherwise=None)
        if count is None:
            raise ValueError(f"The cache does not answer: {key!r} cannot be counted.")
        return count

    def set_many(
        self, data: dict[Any, Any], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        writes = [(key, version) for key in data]
        return self._attempt(partial(super().set_many, data, timeout, version), otherwise=[], writes=writes)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        keys = list(keys)
        self._attempt(
            partial(super().delete_many, keys, version), otherwise=None, writes=[(key, version) for key in keys]
        )

    def clear(self) -> None:
        self._attempt(super().clear, otherwise=None)

    def _attempt[T](self, work: Callable[[], T], *, otherwise: T, writes: Iterable[tuple[Any, int | None]] = ()) -> T:
        """Return what `work` does or, while the server does not answer, `otherwise`."""
        outage = self._outage
        if outage.retry_at is not None:
            now = time.monotonic()
            if now < outage.retry_at:
                self._lose(writes)
                return otherwise
            outage.retry_at = now + SECONDS_BETWEEN_ATTEMPTS  # the other threads do without until we know
        try:
            self._delete_lost()
            result = work()
        except self.errors:
            ERRORS.inc()
            if outage.retry_at is None:
                logger.warning("The cache does not answer; going on without it.", exc_info=True)
            outage.retry_at = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
            self._lose(writes)
            return otherwise
        if outage.retry_at is not None:
            logger.warning("The cache answers again.")
            outage.retry_at = None
        return result

    def _lose(self, writes: Iterable[tuple[Any, int | None]]) -> None:
        if len(self._outage.lost) < MAX_LOST:
            self._outage.lost.update(writes)

    def _delete_lost(self) -> None:
        """Delete what the server may have outdated values of; what another thread adds meanwhile is left for later."""
        if self._outage.lost:
            lost = set(self._outage.lost)
            for version in {version for _, version in lost}:
                super().delete_many([key for key, of in lost if of == version], version)
            self._outage.lost -= lost
