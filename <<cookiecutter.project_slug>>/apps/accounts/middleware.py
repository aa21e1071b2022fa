"""Middleware for exceptions caused by malformed input."""

import logging
import re

from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from django.utils.deprecation import MiddlewareMixin

logger = logging.getLogger(__name__)

# Path, exceptions, and the body of the 400.
RULES: list[tuple[re.Pattern[str], tuple[type[Exception], ...], dict[str, object]]] = [
    # Incomplete passkeys, which fido2 reads field by field.
    (re.compile(r"/_allauth/.+/webauthn"), (KeyError, TypeError, ValueError), {"status": 400}),
    # JSON nested too deeply, lone surrogates, infinite numbers, NUL characters on their way to PostgreSQL.
    (
        re.compile(r"/_allauth/"),
        (RecursionError, UnicodeError, OverflowError, ValidationError, DataError),
        {"status": 400},
    ),
    # % if "oauth2" in cookiecutter.auth
    # Query strings that do not parse, NUL characters, values that are too long for their column.
    (re.compile(r"/oauth2/"), (ValueError, ValidationError, DataError), {"error": "invalid_request"}),
    # % endif
]


class MalformedInputMiddleware(MiddlewareMixin):
    """Answer 400 where allauth 65 would answer 500, and log the exception in case the input is not to blame."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, IntegrityError):
            return retry(request)
        for path, exceptions, body in RULES:
            if path.match(request.path_info) and isinstance(exception, exceptions):
                logger.warning("Malformed input at %s", request.path_info, exc_info=exception)
                return JsonResponse(body, status=400)
        return None


def retry(request: HttpRequest) -> HttpResponseBase | None:
    """Run allauth's view again after two requests for one address at once: validation now finds it taken."""
    match = request.resolver_match
    if match is None or not request.path_info.startswith("/_allauth/"):
        return None
    try:
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except ImmediateHttpResponse as error:
        response = error.response
    return response
