"""The project's NinjaAPI."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from apps.api.errors import domain_error, envelope
from apps.api.ninja.http import JSONParser, JSONRenderer, refuse, respond
from apps.api.ninja.openapi import Document
from apps.api.ninja.throttling import refuse_too_many
from apps.errors import DomainError

# The error codes of pydantic's types of errors; all others are `invalid`.
CODES = {
    "enum": "invalid_choice",
    "extra_forbidden": "unknown_field",
    "greater_than_equal": "min_value",
    "less_than_equal": "max_value",
    "missing": "required",
    "string_too_long": "max_length",
    "string_too_short": "blank",
    "too_long": "max_length",
    "too_short": "empty",
}
MAX_ERRORS = 100  # in one response


class API(NinjaAPI):
    """A NinjaAPI with the project's JSON, errors and OpenAPI document. Operations are named after their functions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(openapi_url=None, docs_url=None, parser=JSONParser(), renderer=JSONRenderer(), **options)
        self.add_decorator(before_operation, mode="view")

    def set_default_exception_handlers(self) -> None:
        """Handle known exceptions; leave unexpected ones to Django, which logs and reports them."""
        handle: Any = self.add_exception_handler  # whose types allow for classes in place of instances
        handle(DomainError, lambda request, error: respond(*domain_error(error)))
        handle(Http404, lambda request, error: refuse(404))
        handle(HttpError, answer_http_error)
        handle(PermissionDenied, lambda request, error: refuse(403))
        handle(RequestDataTooBig, lambda request, error: refuse(413 if "json" in request.content_type else 415))
        handle(ValidationError, lambda request, error: respond(400, envelope(400, errors=error.errors)))

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        errors = [error for context in error_contexts for error in field_errors(context)]
        return ValidationError(errors[:MAX_ERRORS])

    def get_content_type(self) -> str:
        return "application/json"

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        return Document(self, path_prefix or self.get_root_path(path_params or {}))


def field_errors(context: ValidationErrorContext[Any]) -> Iterator[dict[str, str]]:
    """Yield pydantic's errors for the envelope. A body that is no object blames no field."""
    for error in context.pydantic_validation_error.errors(include_url=False):
        location = error["loc"]
        path = context.model.__ninja_flatten_map_reverse__.get(location, location[1:])  # without the argument's name
        code = error.get("ctx", {}).get("code") or CODES.get(error["type"], "invalid")
        if error["input"] is None and code != "required":
            code = "null"
        if path:
            yield {"field": ".".join(map(str, path)), "code": code, "detail": error["msg"]}


def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Return the response to an error of Ninja, of authentication, or of the parser, whose errors Ninja wraps."""
    cause = error.__cause__
    if isinstance(cause, HttpError):
        error = cause
    elif cause is not None:
        return refuse(400, "parse_error", f"JSON parse error: {cause}")
    if error.status_code == 401 and (refusal := refuse_too_many(request)):
        return refusal
    code, headers = getattr(error, "code", ""), getattr(error, "headers", None)
    return refuse(error.status_code, code, error.message, headers)


def before_operation(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse clients that accept no JSON; take an empty body for an empty object."""

    @wraps(run)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.accepts("application/json"):
            return refuse(406)
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) == 0:
            request._body = b"{}"  # noqa: SLF001 - Ninja does not ask its parser about an empty body
            request.content_type = "application/json"
        return run(request, *args, **kwargs)

    return wrapper
