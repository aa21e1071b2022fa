"""Cursor pages: a page continues after a row, not at an offset.

Depth costs nothing, and rows inserted meanwhile are neither skipped nor repeated. The technique is known as keyset
pagination (https://use-the-index-luke.com/no-offset).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
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
    ordering = _ordering(queryset)
    signer = Signer(salt=f"{queryset.model.__name__} by {ordering}")  # so that no cursor of another list is accepted
    backwards = False
    if cursor := request.GET.get("cursor"):
        try:
            backwards, *position = signer.unsign_object(cursor)
        except (BadSignature, UnicodeEncodeError):
            raise DomainError("invalid", "Invalid cursor.", field="cursor") from None
        queryset = queryset.filter(_beyond(ordering, position, backwards=backwards))
    queryset = queryset.order_by(*ordering)
    if backwards is queryset.query.standard_ordering:
        queryset = queryset.reverse()
    results, positions = read(queryset[: page_size + 1], [name.removeprefix("-") for name in ordering])
    more = len(results) > page_size
    del results[page_size:], positions[page_size:]
    if backwards:
        results.reverse()
        positions.reverse()

    def neighbour(position: list[Any], *, backwards: bool) -> str:
        query = request.GET.copy()
        query["cursor"] = signer.sign_object([backwards, *map(str, position)])
        return request.build_absolute_uri(f"?{query.urlencode()}")

    return Page(
        next=neighbour(positions[-1], backwards=False) if results and (more or backwards) else None,
        previous=neighbour(positions[0], backwards=True) if results and (more if backwards else cursor) else None,
        results=results,
    )


def _ordering(queryset: QuerySet[Any]) -> list[str]:
    """Return the ordering of `queryset`, such as ["-created_at", "-id"], which ends with the primary key."""
    options = queryset.model._meta  # noqa: SLF001 - the documented API of models
    fields = {"pk": options.pk} | {field.name: field for field in options.concrete_fields}
    ordering: list[str] = []
    for name in map(str, queryset.query.order_by or options.ordering):
        field = fields.get(name.removeprefix("-"))
        if field is None or field.null or (field.is_relation and field is not options.pk):
            raise ImproperlyConfigured(f"{options.label} cannot be paginated by {name}: use non-null columns.")
        descending = name.startswith("-") is queryset.query.standard_ordering  # or `reverse` has been called
        ordering.append(f"-{field.attname}" if descending else field.attname)
    key = options.pk.attname  # not the name: a key that is a relation would be ordered by what it refers to
    if not {key, f"-{key}"}.intersection(ordering):
        ordering.append(f"-{key}" if ordering and ordering[-1].startswith("-") else key)
    return ordering


def _beyond(ordering: Sequence[str], position: Sequence[str], *, backwards: bool) -> Q:
    """Return the condition for rows on the far side of `position`.

    For the ordering (-created_at, -id) that is `created_at <= x AND (created_at < x OR id < y)`: an index on the
    columns can begin at x, which a bare `created_at < x OR (created_at = x AND id < y)` does not let it.
    """
    condition = Q()
    for name, value in reversed(list(zip(ordering, position, strict=True))):
        comparison = f"{name.removeprefix('-')}__{'lt' if name.startswith('-') != backwards else 'gt'}"
        beyond = Q((comparison, value))
        condition = Q((f"{comparison}e", value)) & (beyond | condition) if condition else beyond
    return condition
