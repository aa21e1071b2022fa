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
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import Combinable
from django.db.utils import OperationalError

logger = logging.getLogger(__name__)

# PostgreSQL: lock_not_available and deadlock_detected. What is in the way will pass.
TRANSIENT = {"55P03", "40P01"}
ATTEMPTS = 30
RETRY_PAUSE = 1.0

type Value = Combinable | Callable[[Any], Any]


class BatchesStuck(RuntimeError):  # noqa: N818 - named for what happened
    """Rows were changed and still match the condition for being changed."""


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
        batch_size: rows per transaction; writers of these rows wait until it ends.
        pause: seconds between batches, in which replicas and autovacuum catch up.
        lock_timeout: seconds to wait for rows that others hold. Below PostgreSQL's deadlock_timeout (1s), so that
            in a deadlock it is always this side that gives up.
    """

    model: type[models.Model]
    todo: models.Q
    values: Mapping[str, Value]
    using: str = DEFAULT_DB_ALIAS
    batch_size: int = 1000
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
            start = time.perf_counter()
            pks = self._change_batch(None)
            seconds = time.perf_counter() - start
            sample = list(self._table().filter(pk__in=pks[:5]).order_by("pk").values_list("pk", *self.values))
            transaction.set_rollback(True, using=self.using)
        return Preview(remaining, len(pks), seconds, sample)

    def run(self) -> Iterator[int]:
        """Change all rows and yield the size of each batch once it is committed.

        Rows that appear behind the run are found by another pass, until one finds nothing.

        Raises:
            BatchesStuck: `values` leaves rows as they match `todo`.
            OperationalError: others hold rows for long; run again later.
        """
        passes = 0
        while True:
            after, found = None, 0
            while pks := self._batch(after, check=passes > 0):
                after = pks[-1]
                found += len(pks)
                yield len(pks)
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

    def _batch(self, after: Any, *, check: bool) -> list[Any]:
        """Change the rows that come next, once whoever holds them lets go, and return their primary keys."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._try_batch(after, check=check)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in TRANSIENT:
                    raise
            logger.warning("Rows are locked by others, trying again: %s", self.model._meta.label)  # noqa: SLF001
            time.sleep(RETRY_PAUSE)
        return self._try_batch(after, check=check)

    def _try_batch(self, after: Any, *, check: bool) -> list[Any]:
        with self._transaction():
            pks = self._change_batch(after)
            if check and (stuck := self._to_do().filter(pk__in=pks).values_list("pk", flat=True)[:5]):
                raise BatchesStuck(
                    f"{self.model._meta.label} {', '.join(map(str, stuck))}: "  # noqa: SLF001 - the documented API
                    f"still to do after {', '.join(self.values)} was set."
                )
        return pks

    def _change_batch(self, after: Any) -> list[Any]:
        rows = self._to_do().order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        if any(callable(value) for value in self.values.values()):
            return self._change_in_python(rows)
        pks = list(rows.values_list("pk", flat=True)[: self.batch_size])
        if pks:
            self._to_do().filter(pk__range=(pks[0], pks[-1])).update(**self.values)
        return pks

    def _change_in_python(self, rows: models.QuerySet[Any]) -> list[Any]:
        """Lock the rows, so that nobody's change is overwritten by values computed from an older one, and change them."""
        batch = list(rows.select_for_update(no_key=True)[: self.batch_size])
        for row in batch:
            for field, value in self.values.items():
                setattr(row, field, value(row) if callable(value) else value)
        self._table().bulk_update(batch, self.values)
        return [row.pk for row in batch]
