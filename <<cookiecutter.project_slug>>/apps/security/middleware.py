"""Middleware for the size of requests, security headers and proxies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.observability.middleware import Around, around_view


@around_view
def limit_body(request: HttpRequest) -> Around:
    """Answer 411 or 413 to a body without a length, or over the limit of its media type, before it is read."""
    in_memory = request.content_type in {"application/json", "application/x-www-form-urlencoded"}
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if in_memory else settings.UPLOAD_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in request.META and not length:
        yield HttpResponse("A Content-Length is required.\n", status=411, content_type="text/plain")
    elif length.isdecimal() and int(length) > limit:
        yield HttpResponse("The request body is too large.\n", status=413, content_type="text/plain")
    else:
        yield


@around_view
def security_headers(request: HttpRequest) -> Around:
    """Add SECURITY_HEADERS to the response, unless the view has set them."""
    response = yield
    for name, value in settings.SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


@around_view
def lower_case_forwarded_proto(request: HttpRequest) -> Around:
    """Accept X-Forwarded-Proto in any case, where Django compares it with `https`."""
    request.META["HTTP_X_FORWARDED_PROTO"] = request.META.get("HTTP_X_FORWARDED_PROTO", "").lower()
    yield
