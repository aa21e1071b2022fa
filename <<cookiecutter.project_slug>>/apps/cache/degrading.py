"""A cache backend that degrades: without its server the site is slow, not broken.

During an outage reads find nothing and writes seem to succeed; one thread tries the server again every second. Keys
written or deleted during the outage are deleted first then, so that no outdated value returns, such as an ended session.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 1
MAX_LOST = 100_000


@dataclass
class Outage:
    """The state of a server, as seen by the threads of this process."""

    retry_at: float | None = None  # by `time.monotonic`; None while the server answers
    lost: set[tuple[Any, int | None]] = field(default_factory=set)  # keys and versions that may be outdated


OUTAGES: defaultdict[str, Outage] = defaultdict(Outage)


class Degrading(BaseCache):
    """Mixin for Django's cache backends. `add` succeeds during an outage; counting raises ValueError as for a new key."""

    errors: ClassVar[tuple[type[Exception], ...]]
    _servers: Sequence[str]

    def get(self, key: Any, default: Any | None = None, version: int | None = None) -> Any:
        return self._attempt(partial(super().get, key, default, version), otherwise=default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._attempt(partial(super().get_many, list(keys), version), otherwise={})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(partial(super().has_key, key, version), otherwise=False)

    def add(self, *args: Any, **options: Any) -> bool:
        return self._attempt(partial(super().add, *args, **options), otherwise=True)

    def touch(self, *args: Any, **options: Any) -> bool:
        return self._attempt(partial(super().touch, *args, **options), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        count = self._attempt(partial(super().incr, key, delta, version), otherwise=None)
        if count is None:
            raise ValueError(f"The cache does not answer: {key!r} cannot be counted.")
        return count

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._attempt(partial(super().set, key, value, timeout, version), [(key, version)], otherwise=None)

    def set_many(
        self, data: dict[Any, Any], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        keys = [(key, version) for key in data]
        return self._attempt(partial(super().set_many, data, timeout, version), keys, otherwise=[])

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(partial(super().delete, key, version), [(key, version)], otherwise=False)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        lost = [(key, version) for key in keys]
        self._attempt(partial(super().delete_many, [key for key, _ in lost], version), lost, otherwise=None)

    def clear(self) -> None:
        self._attempt(super().clear, otherwise=None)

    def _attempt[T](self, work: Callable[[], T], keys: Iterable[tuple[Any, int | None]] = (), *, otherwise: T) -> T:
        """Return the result of `work`, or `otherwise` during an outage, of which `keys` are remembered."""
        outage = OUTAGES[str(self._servers)]
        if outage.retry_at is None or time.monotonic() >= outage.retry_at:
            if outage.retry_at is not None:
                outage.retry_at = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS  # this thread tries, the others wait
            try:
                if outage.lost:
                    self._delete_lost(outage)
                result = work()
            except self.errors:
                if outage.retry_at is None:
                    logger.warning("The cache does not answer; going on without it.", exc_info=True)
                outage.retry_at = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
            else:
                if outage.retry_at is not None:
                    logger.warning("The cache answers again.")
                    outage.retry_at = None
                return result
        if len(outage.lost) < MAX_LOST:
            outage.lost.update(keys)
        return otherwise

    def _delete_lost(self, outage: Outage) -> None:
        lost = set(outage.lost)  # other threads may add more
        for version in {version for _, version in lost}:
            super().delete_many([key for key, of in lost if of == version], version)
        outage.lost -= lost
