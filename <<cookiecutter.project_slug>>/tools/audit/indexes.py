"""Indexes that the filters and orderings of the API need."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from tools.audit.findings import Finding
from tools.audit.pages import Page

SERVED = {"exact", "in", "gt", "gte", "lt", "lte", "range", "date", "startswith"}  # lookups that an index can serve


def missing_indexes(page: Page) -> Iterator[Finding]:
    """Yield the fields that clients of a view may filter or order by and no index begins with."""
    model = getattr(getattr(page.view, "queryset", None), "model", None)
    for name in dict.fromkeys(offered(page.view)):
        if model is None:
            return
        field = next((one for one in model._meta.concrete_fields if name in (one.name, one.attname)), None)
        if field and not isinstance(field, models.BooleanField) and field.name not in indexed(model):
            detail = f"clients filter or order {model.__name__} by {field.name}"
            yield Finding(rule="RUN004", path=page.file, line=page.line, detail=detail)


def offered(view: Any) -> Iterator[str]:
    """Yield the names of the fields by which clients may filter and sort the list of a view."""
    for declared in getattr(getattr(view, "filterset_class", None), "base_filters", {}).values():
        if declared.method is None and declared.lookup_expr in SERVED:
            yield declared.field_name
    for name in ("filterset_fields", "ordering_fields"):
        fields = getattr(view, name, None) or ()
        yield from (str(field).lstrip("-") for field in (fields if not isinstance(fields, str) else ()))


def indexed(model: type[models.Model]) -> set[str]:
    """Return the fields that an index begins with."""
    first = [tuple(index.fields)[:1] for index in [*model._meta.indexes, *model._meta.total_unique_constraints]]
    own = {field.name for field in model._meta.concrete_fields if getattr(field, "db_index", False) or field.unique}
    return own | {name.lstrip("-") for names in first for name in names}
