"""Cursor pages: a page continues after a row, not at an offset.

Depth costs nothing, and rows inserted meanwhile are neither skipped nor repeated. The technique is known as keyset
pagination (https://use-the-index-luke.com/no-offset).
"""

# ruff: noqa: SLF001 - `_meta` is the documented API of models

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Field, Model, Q, QuerySet

from apps.api.compiled import Plan
from apps.errors import DomainError

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page with the URLs of its neighbours; `results` are dictionaries if there was a plan, else instances."""

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
    ordering = _ordering(queryset)
    columns = [column.removeprefix("-") for column in ordering]
    queryset = queryset.order_by(*ordering)
    backwards = False
    if cursor:
        backwards, position = _decode(queryset.model, columns, cursor)
        queryset = queryset.filter(_beyond(ordering, position, backwards=backwards))
    if backwards:
        queryset = queryset.reverse()
    queryset = queryset[: page_size + 1]
    if plan is not None and not plan.supports(queryset):
        plan = None
    rows: list[Any] = plan.fetch(queryset, columns) if plan else list(queryset)
    more = len(rows) > page_size
    rows = rows[:page_size]
    if backwards:
        rows.reverse()

    def neighbour(row: Any, *, before: bool) -> str:
        values = [row[index] for index in plan.indexes(columns)] if plan else [getattr(row, name) for name in columns]
        parts = urlsplit(url)
        parameters = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
        return parts._replace(query=urlencode([*parameters, ("cursor", _encode(values, before=before))])).geturl()

    return Page(
        next=neighbour(rows[-1], before=False) if rows and (more or backwards) else None,
        previous=neighbour(rows[0], before=True) if rows and (more if backwards else cursor) else None,
        results=plan.build(queryset, rows) if plan else rows,
    )


def _ordering(queryset: QuerySet[Any]) -> list[str]:
    """Return the columns that order `queryset`, with `-` where they descend."""
    model = queryset.model
    names = queryset.query.order_by or (model._meta.ordering if queryset.query.default_ordering else ())
    ordering: list[str] = []
    for name in map(str, names):
        field = _field(model, name.removeprefix("-"))
        if field is None or field.null or field.is_relation:
            raise ImproperlyConfigured(f"{model.__name__} cannot be paginated by {name}: use non-null columns.")
        ordering.append(("-" if name.startswith("-") else "") + field.attname)
    key = model._meta.pk.attname
    if key not in ordering and f"-{key}" not in ordering:
        ordering.append(f"-{key}" if ordering and ordering[-1].startswith("-") else key)
    return ordering


def _field(model: type[Model], name: str) -> "Field[Any, Any] | None":
    for field in model._meta.concrete_fields:
        if name in {field.name, field.attname} or (name == "pk" and field.primary_key):
            return field
    return None


def _encode(values: Sequence[Any], *, before: bool) -> str:
    """Return a cursor for the page after, or before, the row whose ordering columns have these values."""
    plain = [value if isinstance(value, int) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(["before" if before else "after", *plain]).encode()).decode().rstrip("=")


def _decode(model: type[Model], columns: Sequence[str], cursor: str) -> tuple[bool, list[Any]]:
    """Return what `_encode` was given. A cursor comes from outside and may hold anything."""
    try:
        direction, *plain = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        return bool(["after", "before"].index(direction)), [
            _value(model, *pair) for pair in zip(columns, plain, strict=True)
        ]
    except (ArithmeticError, RecursionError, TypeError, ValueError, ValidationError):
        raise DomainError("invalid", "Invalid cursor.", field="cursor") from None


def _value(model: type[Model], column: str, plain: Any) -> Any:
    """Return `plain` as a value of `column` that every database accepts."""
    if type(plain) not in {int, str}:  # True is an instance of int
        raise TypeError
    field = _field(model, column)
    value = field.to_python(plain) if field else None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)
    if isinstance(value, str):
        ProhibitNullCharactersValidator()(value)
        value.encode()  # half a surrogate pair is not UTF-8
    return value


def _beyond(ordering: Sequence[str], position: Sequence[Any], *, backwards: bool) -> Q:
    """Return the condition for rows on the far side of `position`.

    For the ordering (-created_at, -id) that is `created_at <= x AND (created_at < x OR id < y)`: an index on the
    columns can begin at x, which a bare `created_at < x OR (created_at = x AND id < y)` does not let it.
    """
    condition = Q()
    for column, value in reversed(list(zip(ordering, position, strict=True))):
        name = column.removeprefix("-")
        comparison = "lt" if column.startswith("-") != backwards else "gt"
        beyond = Q((f"{name}__{comparison}", value))
        condition = Q((f"{name}__{comparison}e", value)) & (beyond | condition) if condition else beyond
    return condition
