"""The project's NinjaAPI."""

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from apps.api.errors import RETRY_AFTER, domain_error, envelope
from apps.api.ninja.http import CompactRenderer, StrictParser, refuse, respond
from apps.api.ninja.schemas import ErrorOut
from apps.api.ninja.throttling import refuse_too_many
from apps.errors import DomainError

# The error codes for pydantic's types of errors; the others are `invalid`.
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

logger = logging.getLogger(__name__)


class API(NinjaAPI):
    """A NinjaAPI with the project's JSON, errors and OpenAPI document. Operations are named after their functions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), renderer=CompactRenderer(), **options)
        self.add_decorator(before_operation, mode="view")

    def set_default_exception_handlers(self) -> None:
        """Answer what is known with the envelope. Django logs and reports the rest."""
        for exception in (DomainError, Http404, HttpError, OperationalError, PermissionDenied, RequestDataTooBig):
            self.add_exception_handler(exception, answer_error)
        self.add_exception_handler(ValidationError, answer_error)

    def validation_error_from_error_contexts(self, error_contexts: list[ValidationErrorContext[Any]]) -> ValidationError:
        return ValidationError([error for context in error_contexts for error in field_errors(context)])

    def get_content_type(self) -> str:
        return "application/json"

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        return Document(self, path_prefix or self.get_root_path(path_params or {}))


def field_errors(context: ValidationErrorContext[Any]) -> Iterator[dict[str, str]]:
    """Yield pydantic's errors for the envelope. A body that is no object blames no field."""
    for error in context.pydantic_validation_error.errors(include_url=False):
        names = context.model.__ninja_flatten_map_reverse__.get(error["loc"], error["loc"][1:])
        code = error.get("ctx", {}).get("code") or CODES.get(error["type"], "invalid")
        if error["input"] is None and code != "required":
            code = "null"
        if names:
            yield {"field": ".".join(map(str, names)), "code": code, "detail": error["msg"]}


def answer_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the envelope for a known exception."""
    match error:
        case DomainError():
            status, body = domain_error(error)
            return respond(body, status=status)
        case ValidationError():
            return respond({**envelope(400), "errors": error.errors}, status=400)
        case HttpError():
            return answer_http_error(request, error)
        case Http404():
            return refuse(404)
        case PermissionDenied():
            return refuse(403)
        case RequestDataTooBig():
            return refuse(413 if request.content_type == "application/json" else 415)
    logger.error("The database is unavailable", exc_info=error)
    return refuse(503, headers=RETRY_AFTER)


def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Return the envelope for an error of Ninja, of authentication or of the parser, which Ninja wraps in a 400."""
    if isinstance(error.__cause__, HttpError):
        error = error.__cause__
    elif error.__cause__:
        return refuse(400, "parse_error", f"JSON parse error: {error.__cause__}")
    if error.status_code == 401 and (refusal := refuse_too_many(request)):
        return refusal
    code, headers = getattr(error, "code", ""), getattr(error, "headers", None)
    return refuse(error.status_code, code, error.message, headers=headers)


def before_operation(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse clients that accept no JSON, and take an empty body for an empty object as DRF does."""

    @wraps(run)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.accepts("application/json"):
            return refuse(406)
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) == 0:
            request._body = b"{}"  # noqa: SLF001 - for Ninja a body that is empty is a missing argument
            request.content_type = "application/json"
        return run(request, *args, **kwargs)

    return wrapper


class Document(OpenAPISchema):
    """An OpenAPI document with docstrings as summaries, resources as tags and the error of every operation."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details = super().operation_details(operation)
        summary, _, description = operation.description.partition("\n")
        details["summary"] = summary.removesuffix(".")
        details["description"] = description.strip()
        details.setdefault("tags", [operation.path.partition("/")[0]])
        details["responses"]["default"] = {
            "description": "Any error",
            "content": {"application/json": {"schema": {"$ref": REF_TEMPLATE.format(model="ErrorOut")}}},
        }
        return details

    def get_components(self) -> dict[str, Any]:
        error = ErrorOut.model_json_schema(ref_template=REF_TEMPLATE)
        self.add_schema_definitions({**error.pop("$defs"), "ErrorOut": error})
        return super().get_components()
