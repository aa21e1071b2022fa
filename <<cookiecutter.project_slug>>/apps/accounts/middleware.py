"""Input that allauth 65 trips over: it would answer 500 where 400 is due."""

import logging
import re

from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin

logger = logging.getLogger(__name__)

# Where, which exceptions only the client's input explains, and the answer in the shape of the place.
RULES: list[tuple[re.Pattern[str], tuple[type[Exception], ...], dict[str, object]]] = [
    # Half a passkey, which fido2 reads field by field.
    (re.compile(r"/_allauth/.+/webauthn"), (KeyError, TypeError, ValueError), {"status": 400}),
    # JSON nested too deeply, lone surrogates, NUL characters on their way to PostgreSQL.
    (re.compile(r"/_allauth/"), (RecursionError, UnicodeError, ValidationError, DataError), {"status": 400}),
    # % if "oauth2" in cookiecutter.auth
    # Query strings and resource URLs that do not parse, codes that are no cache key, NUL characters.
    (re.compile(r"/identity/"), (ValueError, ValidationError, DataError), {"error": "invalid_request"}),
    # % endif
]


class MalformedInputMiddleware(MiddlewareMixin):
    """Answers 400 by RULES, and logs what it saw, in case the input was not to blame."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the 400, or None for an exception that is none of RULES."""
        for place, exceptions, answer in RULES:
            if place.match(request.path_info) and isinstance(exception, exceptions):
                logger.warning("Malformed input at %s", request.path_info, exc_info=exception)
                return JsonResponse(answer, status=400)
        return None
