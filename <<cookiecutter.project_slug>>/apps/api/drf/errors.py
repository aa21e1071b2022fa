"""Error responses of Django REST framework, in the envelope of `apps.api.errors`."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler as BaseHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.settings import api_settings

from apps.api.drf.throttling import AnonRateThrottle
from apps.api.errors import BY_STATUS, domain_error, envelope
from apps.errors import DomainError

# Codes of DRF that the API does not distinguish.
CODES = dict.fromkeys(
    ["not_a_list", "max_string_length", "null_characters_not_allowed", "surrogate_characters_not_allowed"], "invalid"
)


class ExceptionHandler(BaseHandler):
    """Handles the errors of the domain; leaves unexpected ones to Django, which logs and reports them."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            return api_exception(domain_error(exc)[0])
        if isinstance(exc, RequestDataTooBig):
            return api_exception(413)
        if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed | exceptions.PermissionDenied):
            return self._refusal(exc)
        return super().convert_known_exceptions(exc)

    def should_not_handle(self, exc: Exception) -> bool:
        return not isinstance(exc, exceptions.APIException)

    def _refusal(self, exc: exceptions.APIException) -> exceptions.APIException:
        """Return 405 for a method that the view does not have, 429 after too many failed attempts, else `exc`."""
        view: Any = self.context["view"]
        request: Any = self.context["request"]
        if request.method not in set(view.allowed_methods) - {"OPTIONS"}:
            return exceptions.MethodNotAllowed(request.method)
        if isinstance(exc, exceptions.PermissionDenied):
            return exc
        throttle = AnonRateThrottle()
        return exc if throttle.allow_request(request, view) else exceptions.Throttled(throttle.wait())


def api_exception(status: int) -> exceptions.APIException:
    code, detail = BY_STATUS[status]
    exc = exceptions.APIException(detail, code)
    exc.status_code = status
    return exc


class EnvelopeFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        if isinstance(self.original_exc, DomainError):
            return domain_error(self.original_exc)[1]
        first = error_response.errors[0]
        if not isinstance(self.exc, exceptions.ValidationError):
            return envelope(self.exc.status_code, first.code, first.detail)
        by_field: dict[str, dict[str, str]] = {}
        for error in error_response.errors:
            field = (error.attr or "").removesuffix(api_settings.NON_FIELD_ERRORS_KEY).rstrip(".")
            if field:
                code = CODES.get(error.code, error.code)
                by_field.setdefault(field, {"field": field, "code": code, "detail": error.detail})
        return envelope(400, detail="" if by_field else first.detail, errors=list(by_field.values()))
