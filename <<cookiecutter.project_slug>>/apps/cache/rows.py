"""Rows for the API that come from the shared cache."""

from hashlib import sha256
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, models, transaction

from apps.api.querysets import RowQuerySet
from apps.cache.reads import SharedReads


class CachedRowQuerySet[ModelT: models.Model, RowT](RowQuerySet[ModelT, RowT]):
    """A RowQuerySet for objects that are read often and changed seldom, and are the same for everybody.

    The statement itself is the key, so different queries never get each other's rows, and new columns new rows.
    Kept are only queries whose parameters are numbers and truth values: ids and flags, of which there are few. Texts to
    search for, and positions in a list, anybody can make up without end, to fill the cache with.

    In a transaction everything is read from the database, which is all that knows what this transaction changed.

    Attributes:
        reads: what its objects are kept as.
    """

    reads: ClassVar[SharedReads]

    def fresh_rows(self) -> list[RowT]:
        """Return these objects as rows from the database, in a constant number of queries."""
        raise NotImplementedError  # a QuerySet cannot be an abstract class: its subclass says how

    def rows(self) -> list[RowT]:
        """Return these objects as rows, without a query if the cache has them."""
        in_transaction = transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block
        if in_transaction or not self.reads.are_kept or not (key := self._key()):
            return self.fresh_rows()
        # A replica may not have the change yet that made the present generation.
        return self.reads.get(key, self.using(DEFAULT_DB_ALIAS).fresh_rows, while_down=self.fresh_rows)

    def update(self, **values: Any) -> int:
        """Update as Django does: no signal tells of it, so this does."""
        updated = super().update(**values)
        self.reads.forget_on_commit(self.db)
        return updated

    def bulk_create(self, *args: Any, **options: Any) -> list[ModelT]:
        """Create as Django does: no signal tells of it, so this does."""
        created = super().bulk_create(*args, **options)
        self.reads.forget_on_commit(self.db)
        return created

    def _key(self) -> str:
        """Return what this query is kept under; empty if it must not be."""
        try:
            sql, parameters = self.query.sql_with_params()
        except EmptyResultSet:
            return ""
        if not all(isinstance(parameter, int) for parameter in parameters):
            return ""
        return sha256(f"{sql} {parameters}".encode()).hexdigest()
