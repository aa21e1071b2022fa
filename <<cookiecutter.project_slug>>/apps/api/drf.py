"""What Django REST framework needs to keep the API's contract; what a field may hold is said in `apps.api.errors`."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.db import models
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema_field, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from apps.api.openapi import IDEMPOTENCY_KEY, MONEY_SCHEMA
from apps.api.errors import MAX_UNKNOWN_FIELDS, ApiError, FieldError, RequestTooLarge, Throttled, envelope
from apps.idempotency.services import Answer, answer_once
from apps.api.old_pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, paginate
from apps.api.querysets import RowQuerySet
from apps.api.text import time_from
from apps.api.throttling import count_visitor

# Codes of DRF's that the contract does not tell apart.
CODES = dict.fromkeys(
    ["not_a_list", "max_string_length", "null_characters_not_allowed", "surrogate_characters_not_allowed"], "invalid"
)


class ApiRouter(DefaultRouter):
    """DRF's router for integer ids, with nothing beyond the resources: no page of links, no `.json` suffixes."""

    include_root_view = False
    include_format_suffixes = False

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)


class TextField(serializers.CharField):
    """A text; DRF's own field takes numbers too."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("allow_blank"):
            kwargs.setdefault("min_length", 1)  # says so in the OpenAPI document too
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class EmailField(TextField, serializers.EmailField):
    """An e-mail address."""


class IntegerField(serializers.IntegerField):
    """An integer; DRF's own field takes "5" and 5.0 too."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:  # True is an instance of int
            self.fail("invalid")
        return data


class IdField(IntegerField):
    """The id of an object, within what the database can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=models.BigIntegerField.MAX_BIGINT, **kwargs)


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.CharField):
    """An amount of money as the rows carry it: a text with two places."""


class ListField(serializers.ListField):
    """A list of something, measured before its elements are looked at."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("allow_empty", True):
            kwargs.setdefault("min_length", 1)  # says so in the OpenAPI document too
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class QueryIntegerField(serializers.IntegerField):
    """An integer in an address."""

    def to_internal_value(self, data: Any) -> int:
        if not re.fullmatch(r"-?[0-9]+", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class QueryIdField(QueryIntegerField):
    """The id of an object in an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=models.BigIntegerField.MAX_BIGINT, **kwargs)


class QueryBooleanField(serializers.BooleanField):
    """A truth value in an address: `true` or `false`."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in {"true", "false"}:
            self.fail("invalid", input=data)
        return bool(data == "true")


class QueryTimeField(serializers.DateTimeField):
    """A moment in an address."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            return time_from(value)
        except ValueError:
            self.fail("invalid", format="ISO 8601")


class StrictFieldsMixin:
    """A serializer that refuses fields it does not know, so that a typing error does not pass silently."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.EmailField: EmailField,
    }

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        value = None
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            errors.update(error.detail)  # type: ignore[arg-type]
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}  # type: ignore[attr-defined]
            unknown = [exceptions.ErrorDetail("Unknown field.", code="unknown_field")]
            surplus = (name for name in data if name not in known)
            errors.update(dict.fromkeys(islice(surplus, MAX_UNKNOWN_FIELDS), unknown))
        if errors:
            raise serializers.ValidationError(errors)
        return value


@cache
def _reader(serializer_class: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the one instance that reads all input: making one copies every field, checking changes none."""
    return serializer_class()


def validated(serializer_class: type[serializers.Serializer[Any]], data: Any) -> Any:
    """Return `data` as `serializer_class` understands it.

    Raises:
        ApiError: `data` is no object.
        rest_framework.serializers.ValidationError: a field of it is wrong.
    """
    if not isinstance(data, Mapping):
        raise ApiError(detail="The body must be a JSON object.")
    return _reader(serializer_class).run_validation(data)


class PageParameters(serializers.Serializer[Any]):
    """What every list takes from its address."""

    cursor = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="From `next` or `previous` of a page."
    )
    page_size = QueryIntegerField(required=False, default=DEFAULT_PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE)


@extend_schema_serializer(many=False)
class PageSerializer(serializers.Serializer[Any]):
    """One page of a list; a subclass declares `results`."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def paginated[RowT](request: Request, queryset: RowQuerySet[Any, RowT], parameters: type[PageParameters]) -> Response:
    """Answer with the page of `queryset` that the address asks for; its other parameters go to `matching`.

    Raises:
        rest_framework.serializers.ValidationError, apps.api.errors.ValidationFailed: a parameter is wrong.
    """
    filters = validated(parameters, {name: value for name, value in request.query_params.items() if value})
    cursor, page_size = filters.pop("cursor"), filters.pop("page_size")
    return Response(
        paginate(queryset.matching(**filters), address=request.build_absolute_uri(), cursor=cursor, page_size=page_size)
    )


IDEMPOTENCY_KEY_PARAMETER = OpenApiParameter(
    IDEMPOTENCY_KEY["name"], location=OpenApiParameter.HEADER, description=IDEMPOTENCY_KEY["description"]
)


def once(
    request: Request, *, user_id: int, operation: str, payload: Mapping[str, Any], work: Callable[[], Answer]
) -> Response:
    """Answer with what `work` says, or said when the same Idempotency-Key came before: see `answer_once`."""
    key = request.headers.get("Idempotency-Key")
    answer = answer_once(user_id=user_id, key=key, operation=operation, payload=payload, work=work)
    return Response(answer.body, status=answer.status, headers=dict(answer.headers))


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception with the envelope; leave what nobody expected to Django, which logs and reports it."""
    if isinstance(exc, RequestDataTooBig):
        exc = RequestTooLarge()
    if getattr(exc, "status", getattr(exc, "status_code", 0)) in {401, 403}:
        exc = _refusal(exc, **context)
    if isinstance(exc, ApiError):
        body = envelope(exc.status, exc.code, exc.detail, exc.errors)
        return Response(body, status=exc.status, headers=dict(exc.headers))
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, DjangoPermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    return Response(_body(exc), status=exc.status_code, headers=headers)


def _refusal(exc: Exception, request: Request, view: APIView, **context: Any) -> Exception:
    """Return the answer to a caller who may not ask this: DRF looks at the caller first, even if nobody may."""
    method = request.method or ""
    if method == "OPTIONS" or method not in view.allowed_methods:
        return exceptions.MethodNotAllowed(method)
    if not isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return exc
    try:
        count_visitor(request)
    except Throttled as throttled:
        return throttled
    return exc


def _body(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return envelope(exc.status_code, errors=list(_field_errors(exc.detail)))
    if exc.status_code in {401, 403}:
        return envelope(exc.status_code, str(exc.get_codes()), str(exc.detail))
    return envelope(exc.status_code)


def _field_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Flatten DRF's nested errors in the order of the fields: `{"items": {1: {"quantity": […]}}}`. One per field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _field_errors(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        yield from _field_errors(detail[0], path)
    else:
        yield FieldError(path, CODES.get(detail.code, detail.code), str(detail))
