"""Reading for the API: plain rows instead of model instances.

A page of nested objects costs several times its SQL when each row becomes a model instance and each
instance passes through a serializer. The API reads `rows()` instead: dictionaries ready for JSON, in a constant
number of queries, declared by a TypedDict. Serializers and schemas check what comes in and document what goes out.
"""

from typing import Any, Self

from django.db import models

from apps.api.errors import NotFound


class RowQuerySet[ModelT: models.Model, RowT](models.QuerySet[ModelT]):
    """A QuerySet that can give its objects as rows of the API."""

    def matching(self) -> Self:
        """Return the objects that fit the filters which a list of the API offers: none, unless a subclass adds some."""
        return self

    def rows(self) -> list[RowT]:
        """Return these objects as rows, in a constant number of queries."""
        raise NotImplementedError  # a QuerySet cannot be an abstract class: its subclass says how

    def row(self, **lookup: Any) -> RowT:
        """Return the one row that `lookup` finds.

        Raises:
            NotFound: there is none.
        """
        for row in self.filter(**lookup).rows():
            return row
        raise NotFound
