"""Updates of many rows while the site serves.

Each batch is a short transaction and starts after the last primary key of the one before. The rows that
match the condition are left to do, so a run that was killed continues when it is started again.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class BatchedUpdate:
    """Update the rows of `model` that match `todo`, in batches.

    Args:
        todo: matches a row until it is updated, such as `Q(sku=None)`.
        values: an expression for each field.
        batch_seconds: how long a batch should lock its rows; its size follows from the batch before.
        batch_size: the largest size of a batch.
        pause: seconds between batches, for replicas and autovacuum to catch up.
        lock_timeout: seconds to wait for locked rows; below PostgreSQL's deadlock_timeout (1s), so that in a
            deadlock it is the batch that gives up.
    """

    model: type[models.Model]
    todo: models.Q
    values: Mapping[str, Combinable]
    using: str = DEFAULT_DB_ALIAS
    batch_seconds: float = 0.02
    batch_size: int = 5000
    pause: float = 0.0
    lock_timeout: float = 0.5

    def run(self) -> Iterator[int]:
        """Update all rows and yield the size of each committed batch; repeat until no new rows have appeared.

        Raises:
            RuntimeError: rows match `todo` after their update.
            OperationalError: rows stay locked by others.
        """
        after, size, check = None, min(FIRST_SIZE, self.batch_size), False
        done, reported = 0, time.monotonic()
        while True:
            pks, seconds = self._retry(after, size, check=check)
            if pks:
                after = pks[-1]
                fitting = len(pks) * min(2.0, self.batch_seconds / seconds)
                size = min(max(int(fitting), SMALLEST_SIZE), self.batch_size)
                done += len(pks)
                if time.monotonic() - reported > REPORT_EVERY:
                    reported = time.monotonic()
                    logger.info("%s: %s rows done", self.model.__name__, done)
                yield len(pks)
                time.sleep(self.pause)
            elif after is None:
                return
            else:
                after, check = None, True  # begin again: rows may have appeared behind

    def _retry(self, after: Any, size: int, *, check: bool) -> tuple[list[Any], float]:
        """Update a batch; try again while others have locked its rows."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._batch(after, size, check=check)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in TRANSIENT:
                    raise
            logger.warning("Rows are locked by others, trying again: %s", self.model.__name__)
            time.sleep(RETRY_PAUSE)
        return self._batch(after, size, check=check)

    def _batch(self, after: Any, size: int, *, check: bool) -> tuple[list[Any], float]:
        """Update the next rows; return their primary keys and the duration in seconds."""
        # The default manager may hide rows.
        todo = self.model._base_manager.using(self.using).filter(self.todo)  # noqa: SLF001 - documented
        with transaction.atomic(using=self.using, durable=True), connections[self.using].cursor() as cursor:
            if cursor.db.vendor == "postgresql":
                limits = "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)"
                cursor.execute(limits, [f"{self.lock_timeout * 1000:.0f}ms"])
            start = time.perf_counter()
            rows = todo.order_by("pk") if after is None else todo.order_by("pk").filter(pk__gt=after)
            if pks := list(rows.values_list("pk", flat=True)[:size]):
                todo.filter(pk__range=(pks[0], pks[-1])).update(**self.values)
            seconds = time.perf_counter() - start
            if check and (stuck := list(todo.filter(pk__in=pks)[:5])):
                raise RuntimeError(f"Rows still match after the update of {', '.join(self.values)}: {stuck}")
        return pks, seconds
