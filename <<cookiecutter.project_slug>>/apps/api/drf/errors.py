"""Error responses of Django REST framework, in the envelope of `apps.api.errors`."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_standardized_errors.formatter import flatten_errors
from rest_framework import exceptions, views
from rest_framework.response import Response
from rest_framework.settings import api_settings

from apps.api.drf.throttling import AnonRateThrottle
from apps.api.errors import domain_error, envelope
from apps.errors import DomainError

# Codes of DRF that the API does not distinguish.
CODES = dict.fromkeys(
    ["not_a_list", "max_string_length", "null_characters_not_allowed", "surrogate_characters_not_allowed"], "invalid"
)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response to a known error. Unexpected ones are left to Django, which logs and reports them."""
    if isinstance(exc, DomainError):
        views.set_rollback()
        status, body = domain_error(exc)
        return Response(body, status)
    if isinstance(exc, RequestDataTooBig):
        return Response(envelope(413), 413)
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed | exceptions.PermissionDenied):
        exc = _refusal(exc, context["view"], context["request"])
    response = views.exception_handler(exc, context)
    if response is not None:
        response.data = _body(exc, response.status_code)
        if response.status_code == 405:
            context["view"].headers["Allow"] = ", ".join(_methods(context["view"]))
    return response


def _methods(view: Any) -> list[str]:
    return [method for method in view.allowed_methods if method != "OPTIONS"]


def _refusal(exc: exceptions.APIException, view: Any, request: Any) -> exceptions.APIException:
    """Return 405 for a method that the view does not have, 429 after too many failed attempts, else `exc`."""
    if request.method not in _methods(view):
        return exceptions.MethodNotAllowed(request.method)
    if isinstance(exc, exceptions.PermissionDenied):
        return exc
    throttle = AnonRateThrottle()
    return exc if throttle.allow_request(request, view) else exceptions.Throttled(throttle.wait())


def _body(exc: Exception, status: int) -> dict[str, Any]:
    """Return the envelope of `exc`, with the first error of each field."""
    if not isinstance(exc, exceptions.ValidationError):
        detail = getattr(exc, "detail", None)  # Django's own 404 and 403 have none
        return envelope(status, getattr(detail, "code", ""), detail or "")
    errors = flatten_errors(exc.detail)
    by_field: dict[str, dict[str, str]] = {}
    for error in errors:
        field = (error.attr or "").removesuffix(api_settings.NON_FIELD_ERRORS_KEY).rstrip(".")
        if field:
            code = CODES.get(error.code, error.code)
            by_field.setdefault(field, {"field": field, "code": code, "detail": error.detail})
    return envelope(400, detail="" if by_field else errors[0].detail, errors=list(by_field.values()))
