"""Errors that services raise and the API answers with: one envelope, whatever the framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
}


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


class Conflict(ApiError):  # noqa: N818 - the field's usual name
    """The state of things forbids it."""

    status = 409


def envelope(status: int, code: str = "", detail: str = "", errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    """Return the body of an error response: `{detail, code, errors}`, with the status's usual words unless given."""
    usual_code, usual_detail = BY_STATUS.get(status) or BY_STATUS[400 if status < 500 else 500]
    return {
        "detail": detail or usual_detail,
        "code": code or usual_code,
        "errors": [{"field": error.field, "code": error.code, "detail": error.detail} for error in errors],
    }
