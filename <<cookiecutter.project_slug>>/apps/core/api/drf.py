"""What Django REST framework needs to keep the API's contract."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db.models import BigIntegerField
from django.http import Http404
from drf_spectacular.utils import inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.errors import ApiError, FieldError, envelope
from apps.core.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, paginate
from apps.core.querysets import RowQuerySet


class ApiRouter(DefaultRouter):
    """DRF's router for integer ids, with nothing beyond the resources: no page of links, no `.json` suffixes."""

    include_root_view = False
    include_format_suffixes = False

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)


class StrictFieldsMixin:
    """A serializer that refuses fields it does not know, so that a typing error does not pass silently."""

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
            errors.update({str(name): unknown for name in data if name not in known})
        if errors:
            raise serializers.ValidationError(errors)
        return value


def validated(serializer_class: type[serializers.BaseSerializer[Any]], data: Any, *, partial: bool = False) -> Any:
    """Return `data` as `serializer_class` understands it.

    Raises:
        rest_framework.serializers.ValidationError: it does not.
    """
    serializer = serializer_class(data=data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


class IdField(serializers.IntegerField):
    """The id of an object, within what the database can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BigIntegerField.MAX_BIGINT, **kwargs)


class PageParameters(serializers.Serializer[Any]):
    """What every list takes from its address."""

    cursor = serializers.CharField(required=False, default="", help_text="From `next` or `previous` of a page.")
    page_size = serializers.IntegerField(
        required=False, default=DEFAULT_PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE
    )


def page_of(serializer_class: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the serializer that documents a page of `serializer_class`."""
    return inline_serializer(
        serializer_class.__name__.removesuffix("Serializer") + "Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer_class(many=True),
        },
    )


def paginated[RowT](request: Request, queryset: RowQuerySet[Any, RowT], parameters: type[PageParameters]) -> Response:
    """Answer with the page of `queryset` that the address asks for; its other parameters go to `matching`.

    Raises:
        rest_framework.serializers.ValidationError, apps.core.errors.ValidationFailed: a parameter is wrong.
    """
    filters = validated(parameters, request.query_params)
    cursor, page_size = filters.pop("cursor"), filters.pop("page_size")
    return Response(
        paginate(queryset.matching(**filters), address=request.build_absolute_uri(), cursor=cursor, page_size=page_size)
    )


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception with the envelope; leave what nobody expected to Django, which logs and reports it."""
    if isinstance(exc, ApiError):
        return Response(envelope(exc.status, exc.code, exc.detail, exc.errors), status=exc.status)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, DjangoPermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return Response(_body(exc), status=exc.status_code, headers=headers)


def _body(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return envelope(exc.status_code, errors=list(_field_errors(exc.detail)))
    if exc.status_code == 403 and exc.get_codes() == "csrf_failed":
        return envelope(403, "csrf_failed", str(exc.detail))
    if isinstance(exc, exceptions.AuthenticationFailed):
        return envelope(exc.status_code, "authentication_failed", str(exc.detail))
    return envelope(exc.status_code)


def _field_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Flatten DRF's nested errors in the order of the fields: `{"items": [{}, {"quantity": […]}]}`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _field_errors(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _field_errors(inner, path if isinstance(inner, str) else f"{path}.{index}".lstrip("."))
    else:
        yield FieldError(path, detail.code, str(detail))
