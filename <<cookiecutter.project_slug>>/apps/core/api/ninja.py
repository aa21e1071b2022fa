"""What Django Ninja needs to keep the API's contract."""

import json
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationErrorContext
from ninja.parser import Parser
from ninja.throttling import UserRateThrottle
from pydantic import AfterValidator, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from apps.core.api.json import load_json
from apps.core.api.ninja_errors import field_errors
from apps.core.errors import ApiError, ValidationFailed, envelope
from apps.core.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, paginate
from apps.core.querysets import RowQuerySet
from apps.core.text import parse_time


class Input(Schema):
    """A request body: of the declared types exactly, and with no field that is not declared."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def _without_null_characters(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("null_characters_not_allowed", "Null characters are not allowed.")
    return text


def _email_address(text: str) -> str:
    try:
        validate_email(text)
    except DjangoValidationError as error:
        raise PydanticCustomError("invalid", "Enter a valid email address.") from error
    return text


def _moment(text: Any) -> datetime:
    moment = parse_time(text) if isinstance(text, str) else None
    if moment is None:
        raise PydanticCustomError("invalid", "Datetime has wrong format. Use ISO 8601.")
    return moment


Text = Annotated[str, AfterValidator(_without_null_characters)]
Email = Annotated[Text, AfterValidator(_email_address), WithJsonSchema({"type": "string", "format": "email"})]
Time = Annotated[datetime, BeforeValidator(_moment)]
Id = Annotated[int, Field(ge=1, le=BigIntegerField.MAX_BIGINT)]
Money = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", json_schema_extra={"format": "decimal"})]


class PageParameters(Schema):
    """What every list takes from its address."""

    cursor: str = Field("", description="From `next` or `previous` of a page.")
    page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE)


class Page[ItemT](Schema):
    """One page of a list."""

    next: str | None
    previous: str | None
    results: list[ItemT]

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return the name in the OpenAPI document: `OrderPage` for `Page[Order]`."""
        return f"{params[0].__name__}Page"


class StrictParser(Parser):
    """JSON as `load_json` reads it."""

    def parse_body(self, request: HttpRequest) -> Any:
        return load_json(request.body)


def respond(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Answer with rows, which need no further validation: their types say what they are."""
    return HttpResponse(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
        status=status,
        headers=headers,
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


def answer_api_error(request: HttpRequest, exc: Any) -> HttpResponse:
    """Answer what a service, or the reading of the request, refused."""
    return respond(envelope(exc.status, exc.code, exc.detail, exc.errors), status=exc.status)


def answer_http_error(request: HttpRequest, exc: Any) -> HttpResponse:
    """Answer what Ninja refused; where it only wrapped an error of ours, that error."""
    if isinstance(exc.__cause__, ApiError):
        return answer_api_error(request, exc.__cause__)
    return respond(envelope(exc.status_code), status=exc.status_code)


class Api(NinjaAPI):
    """A NinjaAPI that answers every error with the envelope.

    Args:
        challenge: what WWW-Authenticate says to a client that has not signed in.
        options: as for NinjaAPI.
    """

    def __init__(self, *, challenge: str, **options: Any) -> None:
        self.challenge = challenge
        super().__init__(parser=StrictParser(), throttle=UserRateThrottle(), openapi_url=None, docs_url=None, **options)
        self.add_exception_handler(ApiError, answer_api_error)
        self.add_exception_handler(HttpError, answer_http_error)
        self.add_exception_handler(AuthenticationError, self.answer_unauthenticated)
        self.add_exception_handler(Http404, lambda request, exc: respond(envelope(404), status=404))
        self.add_exception_handler(DjangoPermissionDenied, lambda request, exc: respond(envelope(403), status=403))
        # What nobody expected is Django's to log and report.
        del self._exception_handlers[Exception]

    def answer_unauthenticated(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Answer a request that proves nobody's identity, and say how it could."""
        return respond(envelope(401), status=401, headers={"WWW-Authenticate": self.challenge})

    def validation_error_from_error_contexts(self, error_contexts: list[ValidationErrorContext[Any]]) -> Any:
        """Return what Ninja raises when the input does not fit: the same exception as everywhere else."""
        return ValidationFailed(
            *(error for context in error_contexts for error in field_errors(context.pydantic_validation_error))
        )
