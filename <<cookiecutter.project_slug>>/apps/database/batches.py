"""Changing many rows while the site serves.

One UPDATE of a large table holds the lock of every row until its end, and a loop over slices of a filter that its own
updates shrink skips every second slice. Here each batch begins after the primary key where the one before ended and is
a short transaction of its own. What is left to do stands in the table itself, so that a run that was killed continues
where it was by being started again.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import Combinable
from django.db.utils import OperationalError

logger = logging.getLogger(__name__)

# PostgreSQL: lock_not_available and deadlock_detected. What is in the way will pass.
TRANSIENT = {"55P03", "40P01"}
ATTEMPTS = 30
RETRY_PAUSE = 1.0

SMALLEST_SIZE = 100
FIRST_SIZE = 500

type Value = Combinable | Callable[[Any], Any]


class BatchesStuck(RuntimeError):  # noqa: N818 - named for what happened
    """Rows were changed and still match the condition for being changed."""


class Batch(NamedTuple):
    """The primary keys of rows that were changed, and how long that took."""

    pks: list[Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do: its first batch, done and rolled back."""

    remaining: int
    batch: int
    seconds: float
    sample: list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class BatchedUpdate:
    """Gives the rows of `model` that match `todo` new values, a batch at a time.

    Args:
        todo: matches a row until it is done, such as `Q(sku=None)`.
        values: for each field an expression, which the database evaluates, or a function of the row.
        batch_seconds: how long a batch should hold its rows, whose other writers wait. How many rows that is, the
            batch before tells.
        batch_size: how many they are at most.
        pause: seconds between batches, in which replicas and autovacuum catch up.
        lock_timeout: seconds to wait for rows that others hold. Below PostgreSQL's deadlock_timeout (1s), so that
            in a deadlock it is always this side that gives up.
    """

    model: type[models.Model]
    todo: models.Q
    values: Mapping[str, Value]
    using: str = DEFAULT_DB_ALIAS
    batch_seconds: float = 0.02
    batch_size: int = 5000
    pause: float = 0.0
    lock_timeout: float = 0.5

    def remaining(self) -> int:
        """Return how many rows are left to do."""
        with self._transaction():
            return self._to_do().count()

    def preview(self) -> Preview:
        """Return what `run` would do, having tried its first batch and rolled it back."""
        remaining = self.remaining()
        with self._transaction():
            batch = self._change_batch(None, min(FIRST_SIZE, self.batch_size))
            sample = list(self._table().filter(pk__in=batch.pks[:5]).order_by("pk").values_list("pk", *self.values))
            transaction.set_rollback(True, using=self.using)
        return Preview(remaining, len(batch.pks), batch.seconds, sample)

    def run(self) -> Iterator[int]:
        """Change all rows and yield the size of each batch once it is committed.

        Rows that appear behind the run are found by another pass, until one finds nothing.

        Raises:
            BatchesStuck: `values` leaves rows as they match `todo`.
            OperationalError: others hold rows for long; run again later.
        """
        passes, size = 0, min(FIRST_SIZE, self.batch_size)
        while True:
            after, found = None, 0
            while (batch := self._batch(after, size, check=passes > 0)).pks:
                size = self._next_size(batch)
                after = batch.pks[-1]
                found += len(batch.pks)
                yield len(batch.pks)
                time.sleep(self.pause)
            if not found:
                return
            passes += 1

    def _table(self) -> models.QuerySet[Any]:
        return self.model._base_manager.using(self.using)  # noqa: SLF001 - all rows, whatever the default manager hides

    def _to_do(self) -> models.QuerySet[Any]:
        return self._table().filter(self.todo)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open a transaction of its own that waits for locks a moment only, but may read for long."""
        with transaction.atomic(using=self.using, durable=True):
            connection = connections[self.using]
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)",
                        [f"{self.lock_timeout * 1000:.0f}ms"],
                    )
            yield

    def _next_size(self, batch: Batch) -> int:
        """Return how many rows will take `batch_seconds`, if they take as long as those of `batch`."""
        factor = min(2.0, self.batch_seconds / batch.seconds)
        # A slow moment must not lead to batches of so few rows that the way to the database is all that they cost.
        return min(max(int(len(batch.pks) * factor), SMALLEST_SIZE), self.batch_size)

    def _batch(self, after: Any, size: int, *, check: bool) -> Batch:
        """Change the rows that come next, once whoever holds them lets go, if somebody does."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._try_batch(after, size, check=check)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in TRANSIENT:
                    raise
            logger.warning("Rows are locked by others, trying again: %s", self.model._meta.label)  # noqa: SLF001
            time.sleep(RETRY_PAUSE)
        return self._try_batch(after, size, check=check)

    def _try_batch(self, after: Any, size: int, *, check: bool) -> Batch:
        with self._transaction():
            batch = self._change_batch(after, size)
            if check and (stuck := self._to_do().filter(pk__in=batch.pks).values_list("pk", flat=True)[:5]):
                raise BatchesStuck(
                    f"{self.model._meta.label} {', '.join(map(str, stuck))}: "  # noqa: SLF001 - the documented API
                    f"still to do after {', '.join(self.values)} was set."
                )
        return batch

    def _change_batch(self, after: Any, size: int) -> Batch:
        rows = self._to_do().order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        if any(callable(value) for value in self.values.values()):
            return self._change_in_python(rows[:size])
        pks = list(rows.values_list("pk", flat=True)[:size])
        start = time.perf_counter()
        if pks:
            self._to_do().filter(pk__range=(pks[0], pks[-1])).update(**self.values)
        return Batch(pks, time.perf_counter() - start)

    def _change_in_python(self, rows: models.QuerySet[Any]) -> Batch:
        """Lock the rows, so that nobody's change is overwritten by values computed from an older one, and change them."""
        start = time.perf_counter()
        found = list(rows.select_for_update(no_key=True))
        for row in found:
            for field, value in self.values.items():
                setattr(row, field, value(row) if callable(value) else value)
        self._table().bulk_update(found, self.values)
        return Batch([row.pk for row in found], time.perf_counter() - start)
