"""Updates of many rows while the site serves.

Each batch is a short transaction and starts after the last primary key of the one before. The condition in the table
says what is left to do, so that a run that was killed continues when it is started again.
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

TRANSIENT = {"55P03", "40P01"}  # PostgreSQL: lock_not_available, deadlock_detected
ATTEMPTS = 30
RETRY_PAUSE = 1.0
SMALLEST_SIZE = 100  # of fewer rows the round trips would cost more than the update
FIRST_SIZE = 500
REPORT_EVERY = 5.0  # seconds

type Value = Combinable | Callable[[Any], Any]


class BatchesStuck(RuntimeError):  # noqa: N818 - named for what happened
    """Updated rows still match the condition."""


class Batch(NamedTuple):
    """The primary keys of the rows of a batch, and how long the update took."""

    pks: list[Any]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class BatchedUpdate:
    """Update the rows of `model` that match `todo`, in batches.

    Args:
        todo: matches a row until it is updated, such as `Q(sku=None)`.
        values: for each field an expression for the database, or a function of the row.
        batch_seconds: how long a batch should lock its rows; its size follows from the batch before.
        batch_size: the largest size of a batch.
        pause: seconds between batches, for replicas and autovacuum to catch up.
        lock_timeout: seconds to wait for locked rows; below PostgreSQL's deadlock_timeout (1s), so that in a
            deadlock it is the batch that gives up.
    """

    model: type[models.Model]
    todo: models.Q
    values: Mapping[str, Value]
    using: str = DEFAULT_DB_ALIAS
    batch_seconds: float = 0.02
    batch_size: int = 5000
    pause: float = 0.0
    lock_timeout: float = 0.5

    def preview(self) -> tuple[int, Batch, list[tuple[Any, ...]]]:
        """Return the number of rows to do, the first batch, rolled back, and a sample of it."""
        with self._transaction():
            remaining = self._todo().count()
            batch = self._update_batch(None, min(FIRST_SIZE, self.batch_size))
            sample = list(self._all().filter(pk__in=batch.pks[:5]).order_by("pk").values_list("pk", *self.values))
            transaction.set_rollback(True, using=self.using)
        return remaining, batch, sample

    def run(self) -> Iterator[int]:
        """Update all rows and yield the size of each committed batch; repeat until no new rows have appeared.

        Raises:
            BatchesStuck: rows match `todo` after their update.
            OperationalError: rows stay locked by others.
        """
        first_pass, size = True, min(FIRST_SIZE, self.batch_size)
        done, reported = 0, time.monotonic()
        while True:
            after = None
            while (batch := self._batch(after, size, check=not first_pass)).pks:
                after = batch.pks[-1]
                fitting = len(batch.pks) * min(2.0, self.batch_seconds / batch.seconds)
                size = min(max(int(fitting), SMALLEST_SIZE), self.batch_size)
                done += len(batch.pks)
                if time.monotonic() - reported > REPORT_EVERY:
                    reported = time.monotonic()
                    logger.info("%s: %s rows done", self.model.__name__, done)
                yield len(batch.pks)
                time.sleep(self.pause)
            if after is None:
                return
            first_pass = False

    def _all(self) -> models.QuerySet[Any]:
        return self.model._base_manager.using(self.using)  # noqa: SLF001 - the default manager may hide rows

    def _todo(self) -> models.QuerySet[Any]:
        return self._all().filter(self.todo)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open a transaction that waits only briefly for locks, but may read for long."""
        with transaction.atomic(using=self.using, durable=True), connections[self.using].cursor() as cursor:
            if cursor.db.vendor == "postgresql":
                limits = "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)"
                cursor.execute(limits, [f"{self.lock_timeout * 1000:.0f}ms"])
            yield

    def _batch(self, after: Any, size: int, *, check: bool) -> Batch:
        """Update the next rows; try again while others have locked them."""
        attempts = ATTEMPTS
        while True:
            try:
                with self._transaction():
                    batch = self._update_batch(after, size)
                    if check and (stuck := list(self._todo().filter(pk__in=batch.pks)[:5])):
                        raise BatchesStuck(f"Rows still match after the update of {', '.join(self.values)}: {stuck}")
                    return batch
            except OperationalError as error:
                attempts -= 1
                if attempts == 0 or getattr(error.__cause__, "sqlstate", None) not in TRANSIENT:
                    raise
            logger.warning("Rows are locked by others, trying again: %s", self.model.__name__)
            time.sleep(RETRY_PAUSE)

    def _update_batch(self, after: Any, size: int) -> Batch:
        rows = self._todo().order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        start = time.perf_counter()
        if any(callable(value) for value in self.values.values()):
            pks = self._update_in_python(rows[:size])
        elif pks := list(rows.values_list("pk", flat=True)[:size]):
            self._todo().filter(pk__range=(pks[0], pks[-1])).update(**self.values)
        return Batch(pks, time.perf_counter() - start)

    def _update_in_python(self, rows: models.QuerySet[Any]) -> list[Any]:
        """Lock the rows before the values are computed, so that no concurrent change is lost."""
        found = list(rows.select_for_update(no_key=True))
        for row in found:
            for field, value in self.values.items():
                setattr(row, field, value(row) if callable(value) else value)
        self._all().bulk_update(found, self.values)
        return [row.pk for row in found]
