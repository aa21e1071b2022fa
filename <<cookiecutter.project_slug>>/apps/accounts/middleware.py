"""Middleware for exceptions caused by malformed input."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import render_authentication_error
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from django.urls import resolve
from django.utils.deprecation import MiddlewareMixin

logger = logging.getLogger(__name__)

# JSON nested too deeply, lone surrogates, infinite numbers, NUL characters on their way to PostgreSQL.
MALFORMED = (RecursionError, UnicodeError, OverflowError, ValidationError, DataError)
# Passkeys and what social providers say, which libraries read field by field; the last for a subject that is too long.
INCOMPLETE = (*MALFORMED, AttributeError, KeyError, TypeError, ValueError, ImproperlyConfigured)
CALLBACK = "/login/callback/"
READ_BY_FIELD = ("/webauthn", "/auth/provider/token", CALLBACK)


class MalformedInputMiddleware(MiddlewareMixin):
    """Answer 400 where allauth 65 would answer 500, and log the exception in case the input is not to blame."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        path = request.path_info
        if not path.startswith(("/_allauth/", "/accounts/")):
            return None
        if isinstance(exception, IntegrityError):
            return retry(request)
        if not isinstance(exception, INCOMPLETE if any(part in path for part in READ_BY_FIELD) else MALFORMED):
            return None
        logger.warning("Malformed input at %s", path, exc_info=exception)
        if path.endswith(CALLBACK):
            response: HttpResponseBase = render_authentication_error(request, None, exception=exception)
            return response
        return JsonResponse({"status": 400}, status=400)


def retry(request: HttpRequest) -> HttpResponseBase:
    """Run allauth's view again after two simultaneous requests for one e-mail address: validation now finds it taken."""
    view, args, kwargs = resolve(request.path_info)
    try:
        response: HttpResponseBase = view(request, *args, **kwargs)
    except ImmediateHttpResponse as error:
        response = error.response
    return response
