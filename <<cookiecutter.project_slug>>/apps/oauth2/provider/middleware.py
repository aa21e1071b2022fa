"""Middleware of the provider: malformed input, and the Content-Security-Policy of pages whose forms end elsewhere."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from django.utils.deprecation import MiddlewareMixin

from apps.observability.middleware import Around, around_view

# In the session: the origin of the client for which the user is logging in.
CLIENT_ORIGIN = "oauth2_client_origin"

logger = logging.getLogger(__name__)


class MalformedInputMiddleware(MiddlewareMixin):
    """Answer 400 to query strings that do not parse, NUL characters, and values that are too long for their column.

    And to parameters that a form has more than once (RFC 6749, 3.2), of which the toolkit reads the last.
    """

    def process_view(self, request: HttpRequest, *view: Any) -> JsonResponse | None:
        form = request.POST.lists() if request.path_info.startswith("/oauth2/") else []
        if any(len(values) > 1 for name, values in form if name != "resource"):
            return JsonResponse({"error": "invalid_request"}, status=400)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> JsonResponse | None:
        malformed = isinstance(exception, (ValueError, ValidationError, DataError))
        if not malformed or not request.path_info.startswith("/oauth2/"):
            return None
        logger.warning("Malformed input at %s", request.path_info, exc_info=exception)
        return JsonResponse({"error": "invalid_request"}, status=400)


@around_view
def log_in_forms(request: HttpRequest) -> Around:
    """Allow allauth's pages to redirect to the waiting client, and the page of a social provider to redirect there.

    Chromium applies `form-action` to the redirects after a form as well.
    """
    response = yield
    match = request.resolver_match
    if match and request.path_info.startswith("/accounts/"):
        name = match.url_name or ""
        social = [f"{request.scheme}:"] if name.endswith("_login") and name != "account_login" else []
        form_action(response, *filter(None, [request.session.get(CLIENT_ORIGIN)]), *social)


def form_action[T: HttpResponseBase](response: T, *sources: str) -> T:
    """Add sources to the `form-action` of a response, and return it."""
    policy = settings.SECURE_CSP
    response._csp_config = {**policy, "form-action": [*policy["form-action"], *sources]}  # type: ignore[attr-defined]  # noqa: SLF001 - as csp_override does
    return response
