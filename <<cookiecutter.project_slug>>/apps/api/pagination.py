"""Cursor pages: a page continues after a row, not at an offset.

Depth costs nothing, and rows inserted meanwhile are neither skipped nor repeated. The technique is known as keyset
pagination (https://use-the-index-luke.com/no-offset).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest

from apps.errors import DomainError

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100


# Returns the results that a queryset selects, and for each of them the values of the columns.
type Reader = Callable[[QuerySet[Any], Sequence[str]], tuple[list[Any], list[list[Any]]]]


def read_instances(queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[list[Any], list[list[Any]]]:
    """Return the model instances, and for each of them the values of `columns`."""
    instances = list(queryset)
    return instances, [[getattr(instance, name) for name in columns] for instance in instances]


class Page(NamedTuple):
    """One page with the URLs of its neighbours; `results` are what the reader returned."""

    next: str | None
    previous: str | None
    results: list[Any]


def paginate(
    queryset: QuerySet[Any], *, request: HttpRequest, page_size: int = DEFAULT_PAGE_SIZE, read: Reader = read_instances
) -> Page:
    """Return the page of `queryset` at the cursor of `request`; it is ordered by non-null columns of its own table.

    Args:
        read: how to load the results: as instances, or as the output of a compiled list.

    Raises:
        DomainError: `invalid`, the cursor was not made by a page of a list with this ordering.
    """
    columns = _columns(queryset)
    names = [field.attname for field, _ in columns]
    queryset = queryset.order_by(*(f"-{field.attname}" if desc else field.attname for field, desc in columns))
    backwards = False
    if cursor := request.GET.get("cursor"):
        backwards, position = _decode(cursor, columns)
        queryset = queryset.filter(_beyond(columns, position, backwards=backwards))
    if backwards:
        queryset = queryset.reverse()
    results, positions = read(queryset[: page_size + 1], names)
    more = len(results) > page_size
    del results[page_size:], positions[page_size:]
    if backwards:
        results.reverse()
        positions.reverse()

    def neighbour(direction: str, position: list[Any]) -> str:
        query = request.GET.copy()
        values = [value if isinstance(value, int) else str(value) for value in position]
        query["cursor"] = _signer(columns).sign_object([direction, *values])
        return request.build_absolute_uri(f"?{query.urlencode()}")

    return Page(
        next=neighbour("after", positions[-1]) if results and (more or backwards) else None,
        previous=neighbour("before", positions[0]) if results and (more if backwards else cursor) else None,
        results=results,
    )


type Columns = list[tuple[Field[Any, Any], bool]]


def _columns(queryset: QuerySet[Any]) -> Columns:
    """Return the columns that order `queryset`, with whether they descend."""
    options = queryset.model._meta  # noqa: SLF001 - the documented API of models
    fields = {"pk": options.pk} | {field.name: field for field in options.concrete_fields}
    columns: Columns = []
    for name in map(str, queryset.query.order_by or options.ordering):
        field = fields.get(name.removeprefix("-"))
        if field is None or field.null or field.is_relation:
            raise ImproperlyConfigured(f"{options.label} cannot be paginated by {name}: use non-null columns.")
        columns.append((field, name.startswith("-")))
    if options.pk not in [field for field, _ in columns]:
        columns.append((options.pk, bool(columns) and columns[-1][1]))
    return columns


def _signer(columns: Columns) -> Signer:
    """Return what signs the cursors of lists with this ordering, so that no other cursor is accepted."""
    return Signer(salt=str([(str(field), descending) for field, descending in columns]))


def _decode(cursor: str, columns: Columns) -> tuple[bool, list[Any]]:
    """Return whether the page stands before the position of `cursor`, and the position."""
    try:
        direction, *position = _signer(columns).unsign_object(cursor)
    except (BadSignature, UnicodeEncodeError):
        raise DomainError("invalid", "Invalid cursor.", field="cursor") from None
    return direction == "before", [field.to_python(value) for (field, _), value in zip(columns, position, strict=True)]


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
