"""Security headers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.observability.middleware import Finish, around_view


@around_view
@contextmanager
def security_headers(request: HttpRequest) -> Iterator[Finish]:
    """Add SECURITY_HEADERS to the response, where the view has not set one of its own."""

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    yield finish


@around_view
@contextmanager
def lower_case_forwarded_proto(request: HttpRequest) -> Iterator[Finish]:
    """Accept X-Forwarded-Proto in any case, where Django compares it with `https`."""
    request.META["HTTP_X_FORWARDED_PROTO"] = request.META.get("HTTP_X_FORWARDED_PROTO", "").lower()
    yield lambda response: response
