"""Error responses: one envelope."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.errors import DomainError
from apps.observability.context import get_request_id

# The usual code and text of each status.
BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("validation_error", "The request is not valid."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This method is not allowed."),
    406: ("not_acceptable", "Only application/json is available."),
    409: ("conflict", "The request conflicts with the current state."),
    411: ("length_required", "A Content-Length header is required."),
    413: ("request_too_large", "The request body is too large."),
    415: ("unsupported_media_type", "Only application/json is supported."),
    429: ("throttled", "Too many requests."),
    500: ("server_error", "Something went wrong on our side."),
    503: ("unavailable", "The service is temporarily unavailable. Try again in a moment."),
}

# The status of a DomainError by its code, where that is not 400.
STATUS_BY_CODE = {
    "not_found": 404,
    "conflict": 409,
    # % if cookiecutter.use_example
    "idempotency_key_reused": 409,
    # % endif
}
# Generic codes of fields: the response as a whole has the code `validation_error`.
FIELD_CODES = {"blank", "does_not_exist", "duplicate", "invalid", "null", "required"}


def domain_error(error: DomainError) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of the response to `error`."""
    status = STATUS_BY_CODE.get(error.code, 400)
    errors = [{"field": error.field, "code": error.code, "detail": str(error)}] if error.field else []
    if errors and error.code in FIELD_CODES:
        return status, envelope(status, errors=errors)
    return status, envelope(status, error.code, str(error), errors)


def envelope(status: int, code: str = "", detail: str = "", errors: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return the body of an error response: `{detail, code, errors}`, with the status's usual words unless given.

    Each of `errors` is `{field, code, detail}`; its field is a path such as `items.0.quantity`. A 5xx also contains the
    request id, by which the cause is found in the logs.
    """
    usual_code, usual_detail = BY_STATUS.get(status) or BY_STATUS[400 if status < 500 else 500]
    body: dict[str, Any] = {"detail": detail or usual_detail, "code": code or usual_code, "errors": [*errors]}
    if status >= 500:
        body["request_id"] = get_request_id()
    return body
