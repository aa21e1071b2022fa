"""Middleware for security headers and proxies."""

from django.conf import settings
from django.http import HttpRequest

from apps.observability.middleware import Around, around_view


@around_view
def security_headers(request: HttpRequest) -> Around:
    """Add SECURITY_HEADERS to the response, where the view has not set one of its own."""
    response = yield
    for name, value in settings.SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


@around_view
def lower_case_forwarded_proto(request: HttpRequest) -> Around:
    """Accept X-Forwarded-Proto in any case, where Django compares it with `https`."""
    request.META["HTTP_X_FORWARDED_PROTO"] = request.META.get("HTTP_X_FORWARDED_PROTO", "").lower()
    yield
