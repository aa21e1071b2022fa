"""The lookups that FilterSchemas of Django Ninja offer."""

import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

from ninja import FilterLookup, FilterSchema


def lookups_of(view: Any) -> Iterator[str]:
    """Yield the lookups of the filters that an operation takes."""
    for schema in get_type_hints(view).values() if inspect.isfunction(view) else ():
        if inspect.isclass(schema) and issubclass(schema, FilterSchema):
            for name, field in schema.model_fields.items():
                extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
                declared = [one.q for one in field.metadata if isinstance(one, FilterLookup)]
                given: Any = next(iter(declared), None) or extra.get("q") or name
                for lookup in [given] if isinstance(given, str) else given:
                    yield f"{name}{lookup}" if lookup.startswith("__") else lookup
