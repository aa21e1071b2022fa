"""Pydantic's errors in the words of the API's contract, which are those of Django REST framework."""

from collections.abc import Iterator, Mapping
from typing import Any

import pydantic
from pydantic_core import ErrorDetails

from apps.api.errors import MAX_UNKNOWN_FIELDS, FieldError

# Pydantic's type of error: our code, and our sentence with pydantic's context filled in.
WORDS: dict[str, tuple[str, str]] = {
    "missing": ("required", "This field is required."),
    "extra_forbidden": ("unknown_field", "Unknown field."),
    "invalid": ("invalid", "{detail}"),
    "int_type": ("invalid", "A valid integer is required."),
    "string_type": ("invalid", "Not a valid string."),
    "list_type": ("invalid", "Expected a list of items."),
    "string_too_short": ("blank", "This field may not be blank."),
    "too_short": ("empty", "This list may not be empty."),
    "greater_than_equal": ("min_value", "Ensure this value is greater than or equal to {ge}."),
    "less_than_equal": ("max_value", "Ensure this value is less than or equal to {le}."),
    "string_too_long": ("max_length", "Ensure this field has no more than {max_length} characters."),
    "too_long": ("max_length", "Ensure this field has no more than {max_length} elements."),
    "enum": ("invalid_choice", "This is not a valid choice."),
}
NULL = ("null", "This field may not be null.")
OTHER = ("invalid", "This value is not valid.")


def field_errors(error: pydantic.ValidationError) -> Iterator[FieldError]:
    """Yield what `error` says, field by field in the order of the fields; of unknown ones MAX_UNKNOWN_FIELDS."""
    unknown = 0
    for problem in error.errors(include_url=False):
        code, detail = _words(problem)
        unknown += code == "unknown_field"
        if code != "unknown_field" or unknown <= MAX_UNKNOWN_FIELDS:
            yield FieldError(_path(problem["loc"]), code, detail)


def _words(problem: ErrorDetails) -> tuple[str, str]:
    kind = problem["type"]
    if problem.get("input", ...) is None and kind != "missing":
        return NULL
    context: Mapping[str, Any] = problem.get("ctx", {})
    code, detail = WORDS.get(kind, OTHER)
    return code, detail.format(**context)


def _path(location: tuple[int | str, ...]) -> str:
    """Return where in the body or the address it is; the first part is the name of the view's argument."""
    return ".".join(str(part) for part in location[1:])
