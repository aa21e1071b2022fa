"""Cursor pages: a page continues after a row, not at an offset.

Depth costs nothing, and rows inserted meanwhile are neither skipped nor repeated. The technique is known as keyset
pagination (https://use-the-index-luke.com/no-offset).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from apps.api.errors import FieldError, ValidationFailed
from apps.api.querysets import RowQuerySet
from apps.api.text import is_storable, time_from

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100

INVALID_CURSOR = FieldError("cursor", "invalid", "This cursor is not one of ours.")


class Page[RowT](TypedDict):
    """One page of rows, with the addresses of its neighbours."""

    next: str | None
    previous: str | None
    results: list[RowT]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after, or before, the row whose ordering columns have these values."""

    direction: Literal["after", "before"]
    position: tuple[str | int, ...]

    def encode(self) -> str:
        """Return the cursor as it stands in an address."""
        return base64.urlsafe_b64encode(json.dumps([self.direction, *self.position]).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read what `encode` wrote.

        Raises:
            ValidationFailed: `text` is anything else.
        """
        try:
            direction, *position = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        except (binascii.Error, RecursionError, TypeError, ValueError):
            raise ValidationFailed(INVALID_CURSOR) from None
        # `type`, because True is an int too.
        if direction not in ("after", "before") or any(type(value) not in {str, int} for value in position):
            raise ValidationFailed(INVALID_CURSOR)
        return cls(direction, tuple(position))


def paginate[RowT](
    queryset: RowQuerySet[Any, RowT], *, address: str, cursor: str = "", page_size: int = DEFAULT_PAGE_SIZE
) -> Page[RowT]:
    """Return one page of `queryset`'s rows, in as many queries as `rows()` takes.

    Args:
        queryset: totally ordered, by columns that its rows carry under the same names.
        address: of the list, with its query string; its neighbours' are made from it.
        cursor: empty for the first page.
        page_size: how many rows at most.

    Raises:
        ValidationFailed: `cursor` was not made by an earlier page of such a queryset.
    """
    ordering = [str(column) for column in queryset.query.order_by]
    start = Cursor.decode(cursor) if cursor else None
    backwards = start is not None and start.direction == "before"
    if start:
        queryset = queryset.filter(_beyond(queryset.model, ordering, start))
    if backwards:
        queryset = queryset.reverse()
    rows = queryset[: page_size + 1].rows()
    more = len(rows) > page_size
    rows = rows[:page_size]
    if backwards:
        rows.reverse()

    def neighbour(direction: Literal["after", "before"], row: Mapping[str, Any]) -> str:
        position = tuple(row[column.lstrip("-")] for column in ordering)
        return _with_cursor(address, Cursor(direction, position))

    has_next = backwards or more
    has_previous = more if backwards else start is not None
    return {
        "next": neighbour("after", rows[-1]) if rows and has_next else None,  # type: ignore[arg-type]
        "previous": neighbour("before", rows[0]) if rows and has_previous else None,  # type: ignore[arg-type]
        "results": rows,
    }


def _beyond(model: type[models.Model], ordering: list[str], cursor: Cursor) -> Q:
    """Return the condition for rows on the far side of `cursor`.

    For the ordering (-created_at, -id) that is `created_at <= x AND (created_at < x OR id < y)`: an index on the
    columns can begin at x, which a bare `created_at < x OR (created_at = x AND id < y)` does not let it.
    """
    if len(cursor.position) != len(ordering):
        raise ValidationFailed(INVALID_CURSOR)
    condition = Q()
    for column, raw in reversed(list(zip(ordering, cursor.position, strict=True))):
        name = column.lstrip("-")
        value = _column_value(model, name, raw)
        smaller = column.startswith("-") == (cursor.direction == "after")
        strictly = Q((f"{name}__{'lt' if smaller else 'gt'}", value))
        condition = (
            Q((f"{name}__{'lte' if smaller else 'gte'}", value)) & (strictly | condition) if condition else strictly
        )
    return condition


def _column_value(model: type[models.Model], name: str, raw: str | int) -> Any:
    """Return `raw` as a value of the column `name`; a cursor comes from outside and may hold anything."""
    field = model._meta.get_field(name)  # noqa: SLF001 - the documented API of models
    try:
        value = time_from(raw) if isinstance(field, models.DateTimeField) else field.to_python(raw)  # type: ignore[arg-type,union-attr]
    except (ArithmeticError, TypeError, ValueError, ValidationError):
        raise ValidationFailed(INVALID_CURSOR) from None
    if isinstance(value, str) and not is_storable(value):
        raise ValidationFailed(INVALID_CURSOR)
    return value


def _with_cursor(address: str, cursor: Cursor) -> str:
    parts = urlsplit(address)
    parameters = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    return parts._replace(query=urlencode([*parameters, ("cursor", cursor.encode())])).geturl()
