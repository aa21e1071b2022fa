"""Reads that are kept in the cache which all processes share, and that no reader sees after a change.

Each kind of thing has a generation, a random word in the cache, and what is kept of it carries the generation it was
read in. A change makes a new generation once it is committed, so all that was kept before is out of date at once.
The order of events is what makes this safe: a reader asks for the generation before it reads the database. If a change
is committed in between, the reader keeps an old value under an old generation, which nobody takes for the present one.
(That is what the leases are for in section 3.2.1 of Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013; here one
word stands for all keys of a kind. It is random, not counted: a counter that the cache forgot would begin again and bring
back what was kept under its former values.)

When many want what is not there, one reads it and the others wait for that, by a lock made with `add`.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save

from apps.cache import HIT, MISS

LOCK_SECONDS = 5
# How long to wait for another's answer, and how often to look for it.
PATIENCE_SECONDS = 2
POLL_SECONDS = 0.01


class SharedReads:
    """What is read of one kind of thing.

    Args:
        name: of the kind, with which its keys begin.
        seconds: for which an answer is kept at most, and thus the longest that one can be out of date after a change
            of which the cache did not hear: made by SQL, by a process that was killed before it could say so, or
            while the cache was down.
    """

    def __init__(self, name: str, *, seconds: int) -> None:
        self._name = name
        self._seconds = seconds

    def get[T](self, key: str, read: Callable[[], T], *, while_down: Callable[[], T]) -> T:
        """Return what is kept under `key`, or what `read` returns, and keep that. One round trip if it is there.

        Args:
            key: says what is read; of few values, or whoever may choose them could fill the cache.
            read: from the primary database. What it returns is kept unless it is empty: things that do not exist are
                as many as anybody cares to ask for.
            while_down: does the same when the cache does not answer.

        Raises:
            Exception: whatever `read` does.
        """
        entry_key = f"{self._name}:{key}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        generation, value = self._look(entry_key)
        (HIT if value else MISS).inc()
        while generation and not value:
            lock_key = f"{entry_key}:{generation}:lock"
            locked = caches["shared"].add(lock_key, True, LOCK_SECONDS)  # noqa: FBT003 - a value
            if locked or time.monotonic() > deadline:
                return self._read(entry_key, lock_key, read)
            time.sleep(POLL_SECONDS)
            generation, value = self._look(entry_key)
        return value if generation else while_down()

    def _look(self, entry_key: str) -> tuple[str | None, Any]:
        """Return the present generation and what is kept of it; None for the first if the cache does not answer."""
        cache = caches["shared"]
        found = cache.get_many([self._generation_key, entry_key])
        generation = found.get(self._generation_key)
        if generation is None:
            cache.add(self._generation_key, secrets.token_hex(8), None)
            generation = cache.get(self._generation_key)
        kept_in, value = found.get(entry_key, (None, None))
        return generation, value if kept_in == generation else None

    def _read[T](self, entry_key: str, lock_key: str, read: Callable[[], T]) -> T:
        """Read, unless somebody did between our look and our lock."""
        cache = caches["shared"]
        try:
            generation, value = self._look(entry_key)
            if not value and (value := read()):
                cache.set(entry_key, (generation, value), self._seconds)
        finally:
            cache.delete(lock_key)
        return value  # type: ignore[no-any-return] # by the condition above, of `read`

    def forget(self) -> None:
        """Make all that was read so far out of date."""
        caches["shared"].set(self._generation_key, secrets.token_hex(8), None)

    def forget_on_commit(self, using: str) -> None:
        """Do so when the transaction on the database `using` is committed; at once if there is none."""
        transaction.on_commit(self.forget, using=using)

    def forget_when_changed(self, model: type[models.Model]) -> None:
        """Do so whenever an object of `model` is saved or deleted. QuerySets say themselves when they update."""
        for signal in (post_save, post_delete):
            signal.connect(self._on_change, sender=model, dispatch_uid=f"{self._name}:{model.__name__}")

    def _on_change(self, *, using: str, **kwargs: Any) -> None:
        self.forget_on_commit(using)

    @property
    def are_kept(self) -> bool:
        """Whether there is a cache to keep them in."""
        return not isinstance(caches["shared"], DummyCache)

    @property
    def _generation_key(self) -> str:
        return f"{self._name}:generation"
