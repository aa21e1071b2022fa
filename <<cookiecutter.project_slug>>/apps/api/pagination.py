"""Cursor pages: a page continues after a row, not at an offset.

Depth costs nothing, and rows inserted meanwhile are neither skipped nor repeated. The technique is known as keyset
pagination (https://use-the-index-luke.com/no-offset).
"""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Field, Q, QuerySet

from apps.api.compiled import Plan
from apps.errors import DomainError

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100


class Page(NamedTuple):
    """One page with the URLs of its neighbours; `results` are Rows if there was a plan, else instances."""

    next: str | None
    previous: str | None
    results: list[Any]


def paginate(
    queryset: QuerySet[Any],
    *,
    url: str,
    cursor: str = "",
    page_size: int = DEFAULT_PAGE_SIZE,
    plan: Plan | None = None,
) -> Page:
    """Return one page of `queryset`.

    Args:
        queryset: ordered by non-null columns of its own table; the primary key is appended to make the order total.
        url: of the request, from which the URLs of the neighbours are made.
        cursor: of the request; empty for the first page.
        plan: of the compiled serializer or schema; ignored if it does not support `queryset`.

    Raises:
        DomainError: `invalid`, the cursor was not made by a page of such a queryset.
    """
    columns = _columns(queryset)
    names = [field.attname for field, _ in columns]
    queryset = queryset.order_by(
        *(f"-{field.attname}" if descending else field.attname for field, descending in columns)
    )
    backwards = False
    if cursor:
        backwards, position = _decode(cursor, columns)
        queryset = queryset.filter(_beyond(columns, position, backwards=backwards))
    if backwards:
        queryset = queryset.reverse()
    queryset = queryset[: page_size + 1]
    rows: list[Any]
    if plan is not None and plan.supports(queryset):
        compiled = plan.rows(queryset, names)
        indexes = [compiled.columns.index(name) for name in names]
        rows, positions = compiled, [[raw[index] for index in indexes] for raw in compiled.values]
    else:
        rows = list(queryset)
        positions = [[getattr(row, name) for name in names] for row in rows]
    more = len(rows) > page_size
    del rows[page_size:], positions[page_size:]
    if backwards:
        rows.reverse()
        positions.reverse()

    def neighbour(direction: str, position: list[Any]) -> str:
        parts = urlsplit(url)
        parameters = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
        return parts._replace(query=urlencode([*parameters, ("cursor", encode(direction, position))])).geturl()

    return Page(
        next=neighbour("after", positions[-1]) if rows and (more or backwards) else None,
        previous=neighbour("before", positions[0]) if rows and (more if backwards else cursor) else None,
        results=rows,
    )


def encode(direction: str, position: Sequence[Any]) -> str:
    """Return the cursor for the page `after` or `before` the row whose ordering columns have these values."""
    plain = [value if isinstance(value, int) else str(value) for value in position]
    return base64.urlsafe_b64encode(json.dumps([direction, *plain]).encode()).decode().rstrip("=")


type Columns = list[tuple[Field[Any, Any], bool]]


def _columns(queryset: QuerySet[Any]) -> Columns:
    """Return the columns that order `queryset`, with whether they descend."""
    options = queryset.model._meta  # noqa: SLF001 - the documented API of models
    fields = {name: field for field in options.concrete_fields for name in (field.name, field.attname)}
    fields["pk"] = options.pk
    columns: Columns = []
    for name in map(str, queryset.query.order_by or options.ordering):
        field = fields.get(name.removeprefix("-"))
        if field is None or field.null or field.is_relation:
            raise ImproperlyConfigured(f"{options.label} cannot be paginated by {name}: use non-null columns.")
        columns.append((field, name.startswith("-")))
    if options.pk not in [field for field, _ in columns]:
        columns.append((options.pk, bool(columns) and columns[-1][1]))
    return columns


def _decode(cursor: str, columns: Columns) -> tuple[bool, list[Any]]:
    """Return what `encode` was given. A cursor comes from outside and may hold anything."""
    try:
        direction, *plain = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        values = [_value(field, value) for (field, _), value in zip(columns, plain, strict=True)]
        return bool(["after", "before"].index(direction)), values
    except (ArithmeticError, RecursionError, TypeError, ValueError, ValidationError):
        raise DomainError("invalid", "Invalid cursor.", field="cursor") from None


def _value(field: "Field[Any, Any]", plain: Any) -> Any:
    """Return `plain` as a value of `field` that every database accepts."""
    if type(plain) not in {int, str}:  # True is an instance of int
        raise TypeError
    value = field.to_python(plain)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)
    if isinstance(value, str):
        ProhibitNullCharactersValidator()(value)
        value.encode()  # half a surrogate pair is not UTF-8
    return value


def _beyond(columns: Columns, position: Sequence[Any], *, backwards: bool) -> Q:
    """Return the condition for rows on the far side of `position`.

    For the ordering (-created_at, -id) that is `created_at <= x AND (created_at < x OR id < y)`: an index on the
    columns can begin at x, which a bare `created_at < x OR (created_at = x AND id < y)` does not let it.
    """
    condition = Q()
    for (field, descending), value in reversed(list(zip(columns, position, strict=True))):
        comparison = f"{field.attname}__{'lt' if descending != backwards else 'gt'}"
        beyond = Q((comparison, value))
        condition = Q((f"{comparison}e", value)) & (beyond | condition) if condition else beyond
    return condition
