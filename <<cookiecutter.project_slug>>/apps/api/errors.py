"""Errors that services raise and the API answers with: one envelope, whatever the framework.

What is wrong with a field has one of these codes. A field is blamed once, for the first that applies:

    unknown_field         the body has a field that does not exist
    required, null        it is missing; it is null
    invalid               not of the JSON type or the format asked for; a NUL in a text
    blank, empty          a text of nothing but white space; a list of nothing
    min_value, max_value  a number out of its range
    max_length            a text or a list too long
    invalid_choice        none of the words offered
    does_not_exist        no such object, or not the caller's
    duplicate             an object named before
    products_unavailable  products that cannot be ordered now

JSON types are taken as they are: an integer is neither "5" nor 5.0 nor true, a text is no number. Texts lose the white
space around them before they are measured; a list is measured before its elements are looked at. Errors come in the
order in which the fields are declared, unknown fields last: ten of an object's at most, since each costs time.
In an address everything is text: an integer is an optional minus and ASCII digits, a truth value `true` or `false`, a
moment ISO 8601 (UTC where it has no offset), and a parameter without a value counts as absent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.errors import DomainError
from apps.observability.context import get_request_id

MAX_UNKNOWN_FIELDS = 10

# Each status's usual code and text; both frameworks say the same words.
BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("validation_error", "The request is not valid."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This method is not allowed here."),
    406: ("not_acceptable", "Only application/json is available."),
    409: ("conflict", "The request conflicts with the current state."),
    413: ("request_too_large", "The request body is too large."),
    415: ("unsupported_media_type", "Only application/json is understood."),
    429: ("throttled", "Too many requests."),
    500: ("server_error", "Something went wrong on our side."),
    503: ("unavailable", "The service is temporarily unavailable. Try again in a moment."),
}

# The status of a DomainError by its code, where that is not 400.
STATUS_BY_CODE = {"not_found": 404, "conflict": 409, "idempotency_key_reused": 409}
# Codes that only say what is wrong with a field; the response as a whole is a `validation_error`.
FIELD_CODES = {
    "blank",
    "does_not_exist",
    "duplicate",
    "empty",
    "invalid",
    "invalid_choice",
    "max_length",
    "max_value",
    "min_length",
    "min_value",
    "null",
    "required",
    "unknown_field",
}
RETRY_AFTER = {"Retry-After": "1"}  # with a 503: as long as the pool and the cache leave a failed server alone


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field; `field` is a path such as `items.0.quantity`."""

    field: str
    code: str
    detail: str


class ApiError(Exception):
    """A request that cannot be carried out, for a reason its sender can act on.

    Args:
        code: a word for programs; the status's usual one unless given.
        detail: a sentence for people; the status's usual one unless given.
        errors: the fields to blame.
    """

    status = 400
    headers: Mapping[str, str] = {}  # of the response

    def __init__(self, code: str = "", detail: str = "", errors: Sequence[FieldError] = ()) -> None:
        usual_code, usual_detail = BY_STATUS[self.status]
        self.code = code or usual_code
        self.detail = detail or usual_detail
        self.errors = tuple(errors)
        super().__init__(self.detail)


class ValidationFailed(ApiError):  # noqa: N818 - reads as what happened; ValidationError is Django's
    """The input breaks a rule."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors=errors)


class PermissionDenied(ApiError):  # noqa: N818 - the field's usual name
    """The caller may see the object but not do this to it."""

    status = 403


class NotFound(ApiError):  # noqa: N818 - the field's usual name
    """The object does not exist, or not for this caller."""

    status = 404


class RequestTooLarge(ApiError):  # noqa: N818 - the status's usual name
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status = 413


class UnsupportedMediaType(ApiError):  # noqa: N818 - the status's usual name
    """The body is not JSON."""

    status = 415


class Throttled(ApiError):  # noqa: N818 - the field's usual name
    """Too many requests; `wait` seconds from now there may be more."""

    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(wait)}


class Conflict(ApiError):  # noqa: N818 - the field's usual name
    """The state of things forbids it."""

    status = 409


def domain_error(error: DomainError) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of the response to `error`."""
    status = STATUS_BY_CODE.get(error.code, 400)
    if not error.field:
        return status, envelope(status, error.code, str(error))
    blamed = FieldError(error.field, error.code, str(error))
    if error.code in FIELD_CODES:
        return status, envelope(status, errors=[blamed])
    return status, envelope(status, error.code, str(error), [blamed])


def envelope(status: int, code: str = "", detail: str = "", errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    """Return the body of an error response: `{detail, code, errors}`, with the status's usual words unless given.

    A 5xx also names the request, by whose id the logs tell what went wrong.
    """
    usual_code, usual_detail = BY_STATUS.get(status) or BY_STATUS[400 if status < 500 else 500]
    body: dict[str, Any] = {
        "detail": detail or usual_detail,
        "code": code or usual_code,
        "errors": [{"field": error.field, "code": error.code, "detail": error.detail} for error in errors],
    }
    if status >= 500:
        body["request_id"] = get_request_id()
    return body
