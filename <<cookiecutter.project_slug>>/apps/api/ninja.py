"""What Django Ninja needs to keep the API's contract."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.errors import Throttled as NinjaThrottled
from ninja.errors import ValidationErrorContext
from ninja.parser import Parser
from ninja.throttling import BaseThrottle
from pydantic import AfterValidator, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from apps.api.json import load_json
from apps.api.ninja_errors import field_errors
from apps.api.openapi import MONEY_SCHEMA
from apps.api.errors import ApiError, RequestTooLarge, Throttled, UnsupportedMediaType, ValidationFailed, envelope
from apps.idempotency.services import Answer, answer_once
from apps.api.old_pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, paginate
from apps.api.querysets import RowQuerySet
from apps.api.text import is_storable, time_from
from apps.api.throttling import count_user, count_visitor

MAX_DIGITS = 20  # more than any id in the database has, fewer than Python refuses to convert


class Input(Schema):
    """A request body: of the declared types exactly, and with no field that is not declared."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def invalid(detail: str) -> PydanticCustomError:
    """Return the error for a value that is not of the form asked for."""
    return PydanticCustomError("invalid", "{detail}", {"detail": detail})


def storable(text: str) -> str:
    """Return `text` if a database can keep it."""
    if not is_storable(text):
        raise invalid("Null characters are not allowed.")
    return text


def email_address(text: str) -> str:
    """Return `text` if it is an e-mail address by Django's rules."""
    try:
        validate_email(text)
    except DjangoValidationError:
        raise invalid("Enter a valid email address.") from None
    return text


def integer_from(text: str) -> int:
    """Return the integer that a parameter of an address says."""
    if not re.fullmatch(r"-?[0-9]+", text) or len(text) > MAX_DIGITS:
        raise invalid("A valid integer is required.")
    return int(text)


def truth_from(text: str) -> bool:
    """Return the truth value that a parameter of an address says."""
    if text not in {"true", "false"}:
        raise invalid("Must be a valid boolean.")
    return text == "true"


def moment_from(text: str) -> datetime:
    """Return the moment that a parameter of an address says."""
    try:
        return time_from(text)
    except ValueError:
        raise invalid("Datetime has wrong format. Use ISO 8601.") from None


Text = Annotated[str, AfterValidator(storable)]
Email = Annotated[Text, AfterValidator(email_address), Field(json_schema_extra={"format": "email"})]
EmailText = Annotated[str, Field(json_schema_extra={"format": "email"})]
Id = Annotated[int, Field(ge=1, le=BigIntegerField.MAX_BIGINT, json_schema_extra={"format": "int64"})]
Money = Annotated[str, WithJsonSchema(MONEY_SCHEMA)]

# In an address everything is text.
QueryInteger = Annotated[int, BeforeValidator(integer_from)]
QueryId = Annotated[Id, BeforeValidator(integer_from)]
QueryBoolean = Annotated[bool, BeforeValidator(truth_from)]
QueryTime = Annotated[datetime, BeforeValidator(moment_from)]


class PageParameters(Schema):
    """What every list takes from its address."""

    model_config = ConfigDict(str_strip_whitespace=True)

    cursor: str = Field("", description="From `next` or `previous` of a page.")
    page_size: QueryInteger = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE)


class Page[ItemT](Schema):
    """One page of a list; a subclass gives it a name in the OpenAPI document."""

    next: Annotated[str | None, WithJsonSchema({"type": ["string", "null"], "format": "uri"})]
    previous: Annotated[str | None, WithJsonSchema({"type": ["string", "null"], "format": "uri"})]
    results: list[ItemT]


class StrictParser(Parser):
    """JSON as `load_json` reads it; parameters without a value count as absent."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise UnsupportedMediaType
        body = load_json(request.body)
        if not isinstance(body, dict):
            raise ApiError(detail="The body must be a JSON object.")
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        given = super().parse_querydict(data, list_fields, request)
        return {name: value for name, value in given.items() if value}


def respond(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with rows, which need no further validation: their types say what they are."""
    return HttpResponse(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
        status=status,
        headers=dict(headers or {}),
    )


def paginated[RowT](request: HttpRequest, queryset: RowQuerySet[Any, RowT], parameters: PageParameters) -> HttpResponse:
    """Answer with the page of `queryset` that the address asks for; its other parameters go to `matching`.

    Raises:
        ValidationFailed: the cursor is not one of ours.
    """
    filters = parameters.dict()
    cursor, page_size = filters.pop("cursor"), filters.pop("page_size")
    return respond(
        paginate(queryset.matching(**filters), address=request.build_absolute_uri(), cursor=cursor, page_size=page_size)
    )


def once(
    request: HttpRequest, *, user_id: int, operation: str, payload: Mapping[str, Any], work: Callable[[], Answer]
) -> HttpResponse:
    """Answer with what `work` says, or said when the same Idempotency-Key came before: see `answer_once`."""
    key = request.headers.get("Idempotency-Key")
    answer = answer_once(user_id=user_id, key=key, operation=operation, payload=payload, work=work)
    return respond(answer.body, status=answer.status, headers=answer.headers)


def answer_api_error(request: HttpRequest, exc: Any) -> HttpResponse:
    """Answer what a service, or the reading of the request, refused; count those who cannot say who they are."""
    if exc.status == 401:
        try:
            count_visitor(request)
        except Throttled as throttled:
            exc = throttled
    return respond(envelope(exc.status, exc.code, exc.detail, exc.errors), status=exc.status, headers=exc.headers)


def answer_http_error(request: HttpRequest, exc: Any) -> HttpResponse:
    """Answer what Ninja refused; where it only wrapped an error of ours, that error."""
    if isinstance(exc.__cause__, ApiError):
        return answer_api_error(request, exc.__cause__)
    if exc.status_code == 401:
        try:
            count_visitor(request)
        except Throttled as throttled:
            return answer_api_error(request, throttled)
    code, detail = getattr(exc, "code", ""), str(exc) if hasattr(exc, "code") else ""
    return respond(envelope(exc.status_code, code, detail), status=exc.status_code, headers=getattr(exc, "headers", {}))


def answer_too_large(request: HttpRequest) -> HttpResponse:
    """Answer for a body over the limit, which Ninja reads before it asks what the body is."""
    return answer_api_error(
        request, RequestTooLarge() if request.content_type == "application/json" else UnsupportedMediaType()
    )


def has_body(request: HttpRequest) -> bool:
    """Return whether the request announces a body; a length that is no number announces none."""
    length = request.headers.get("Content-Length", "")
    return length.isdecimal() and int(length) > 0


def before_each_operation(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse clients that understand no JSON, and read an empty body as an empty object."""

    @wraps(run)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.accepts("application/json"):
            return respond(envelope(406), status=406)
        if request.method in {"POST", "PATCH"} and not has_body(request):
            request._body = b"{}"  # noqa: SLF001 - where HttpRequest.body keeps what it has read
            request.content_type = "application/json"
        return run(request, *args, **kwargs)

    return wrapper


class UserThrottle(BaseThrottle):
    """Counts a signed-in user's requests as `apps.api.throttling` does."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Return whether the request is within the rate."""
        try:
            count_user(request.user.pk or 0)
        except Throttled as error:
            self.seconds = int(error.headers["Retry-After"])
            return False
        return True

    def wait(self) -> float:
        """Return the seconds to wait."""
        return self.seconds


class Api(NinjaAPI):
    """A NinjaAPI that answers every error with the envelope.

    Args:
        options: as for NinjaAPI.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), openapi_url=None, docs_url=None, throttle=[UserThrottle()], **options)
        self.add_decorator(before_each_operation, mode="view")
        self.add_exception_handler(ApiError, answer_api_error)
        self.add_exception_handler(HttpError, answer_http_error)
        self.add_exception_handler(
            NinjaThrottled, lambda request, exc: answer_api_error(request, Throttled(wait=int(getattr(exc, "wait", 1))))
        )
        self.add_exception_handler(RequestDataTooBig, lambda request, exc: answer_too_large(request))
        self.add_exception_handler(Http404, lambda request, exc: respond(envelope(404), status=404))
        self.add_exception_handler(DjangoPermissionDenied, lambda request, exc: respond(envelope(403), status=403))
        # What nobody expected is Django's to log and report.
        del self._exception_handlers[Exception]

    def get_content_type(self) -> str:
        """Return the type of every answer; JSON has no charset."""
        return str(self.renderer.media_type)

    def validation_error_from_error_contexts(self, error_contexts: list[ValidationErrorContext[Any]]) -> Any:
        """Return what Ninja raises when the input does not fit: the same exception as everywhere else."""
        return ValidationFailed(
            *(error for context in error_contexts for error in field_errors(context.pydantic_validation_error))
        )
