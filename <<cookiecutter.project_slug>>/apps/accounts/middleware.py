"""Middleware for exceptions caused by malformed input."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from django.urls import resolve
from django.utils.deprecation import MiddlewareMixin

logger = logging.getLogger(__name__)

# JSON nested too deeply, lone surrogates, infinite numbers, NUL characters on their way to PostgreSQL.
MALFORMED = (RecursionError, UnicodeError, OverflowError, ValidationError, DataError)
# Incomplete passkeys, which fido2 reads field by field.
MALFORMED_PASSKEY = (*MALFORMED, KeyError, TypeError, ValueError)


class MalformedInputMiddleware(MiddlewareMixin):
    """Answer 400 where allauth 65 would answer 500, and log the exception in case the input is not to blame."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not request.path_info.startswith("/_allauth/"):
            return None
        if isinstance(exception, IntegrityError):
            return retry(request)
        if not isinstance(exception, MALFORMED_PASSKEY if "/webauthn" in request.path_info else MALFORMED):
            return None
        logger.warning("Malformed input at %s", request.path_info, exc_info=exception)
        return JsonResponse({"status": 400}, status=400)


def retry(request: HttpRequest) -> HttpResponseBase:
    """Run allauth's view again after two simultaneous requests for one e-mail address: validation now finds it taken."""
    view, args, kwargs = resolve(request.path_info)
    try:
        response: HttpResponseBase = view(request, *args, **kwargs)
    except ImmediateHttpResponse as error:
        response = error.response
    return response
