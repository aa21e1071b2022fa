"""Middleware for the request context, timing and the access log."""

import re
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from inspect import iscoroutinefunction
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bound_contextvars

from apps.observability.context import current_request
from apps.observability.metrics import observe_request

# Code before the view, one `response = yield`, and code after the view. A response that is yielded replaces the view's.
type Around = Generator[Any, HttpResponseBase, None]

VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")

logger = structlog.get_logger("access")


def around_view(around: Callable[[HttpRequest], Around]) -> Callable[[Any], Any]:
    """Return a middleware that runs the generator `around`, synchronous or asynchronous like the view."""

    @sync_and_async_middleware
    def middleware(get_response: Any) -> Any:
        async def serve_async(request: HttpRequest) -> HttpResponseBase:
            with closing(around(request)) as steps:
                response: HttpResponseBase = next(steps) or await get_response(request)
                with suppress(StopIteration):
                    steps.send(response)
                return response

        def serve(request: HttpRequest) -> HttpResponseBase:
            with closing(around(request)) as steps:
                response: HttpResponseBase = next(steps) or get_response(request)
                with suppress(StopIteration):
                    steps.send(response)
                return response

        return serve_async if iscoroutinefunction(get_response) else serve

    return middleware


@around_view
def request_context(request: HttpRequest) -> Around:
    """Set the current request and its id: the client's X-Request-ID if valid, else a new UUID."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    request_id = given if VALID_REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
    token = current_request.set(request)
    try:
        with bound_contextvars(request_id=request_id):
            response = yield
            response["X-Request-ID"] = request_id
    finally:
        current_request.reset(token)


@around_view
def timing(request: HttpRequest) -> Around:
    """Write the access log, the metrics and the timing headers; warn of slow requests."""
    start = time.perf_counter()
    response = yield
    seconds = time.perf_counter() - start
    milliseconds = round(seconds * 1000, 2)
    response["X-Response-Time"] = f"{milliseconds:.2f}ms"
    response["Server-Timing"] = f"app;dur={milliseconds:.2f}"
    slow = milliseconds > settings.SLOW_REQUEST_MS
    log = logger.warning if slow else logger.info
    log(
        "slow request" if slow else "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        duration_ms=milliseconds,
    )
    observe_request(request, response.status_code, seconds)
