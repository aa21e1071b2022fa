"""Middleware as plain callables, for WSGI and ASGI alike.

Each is written once, as a context manager around the view that may yield a function to finish the response with;
`around_view` makes of it what Django wants.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from inspect import iscoroutinefunction
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from apps.observability.context import current_user_from, request_id_as
from apps.observability.metrics import observe_request

type Finish = Callable[[HttpResponseBase], HttpResponseBase]
type Around = Callable[[HttpRequest], AbstractContextManager[Finish]]

VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")

logger = structlog.get_logger("access")


def around_view(around: Around) -> Callable[[Any], Any]:
    """Make a middleware of `around`, synchronous or asynchronous as the view it surrounds."""

    @sync_and_async_middleware
    def middleware(get_response: Any) -> Any:
        async def serve_async(request: HttpRequest) -> HttpResponseBase:
            with around(request) as finish:
                return finish(await get_response(request))

        def serve(request: HttpRequest) -> HttpResponseBase:
            with around(request) as finish:
                return finish(get_response(request))

        return serve_async if iscoroutinefunction(get_response) else serve

    return middleware


@around_view
@contextmanager
def request_id(request: HttpRequest) -> Iterator[Finish]:
    """Name the request: the client's X-Request-ID if it is a sane one, else a new UUID; in logs and response too."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    chosen = given if VALID_REQUEST_ID.fullmatch(given) else str(uuid.uuid4())

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-ID"] = chosen
        return response

    with request_id_as(chosen):
        yield finish


@around_view
@contextmanager
def timing(request: HttpRequest) -> Iterator[Finish]:
    """Write the access log, count the request and tell the client how long it took; warn of slow ones."""
    start = time.perf_counter()

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        seconds = time.perf_counter() - start
        milliseconds = seconds * 1000
        response["X-Response-Time"] = f"{milliseconds:.2f}ms"
        response["Server-Timing"] = f"app;dur={milliseconds:.2f}"
        slow = milliseconds > settings.SLOW_REQUEST_MS
        log = logger.warning if slow else logger.info
        with current_user_from(request):  # which the line names
            log(
                "slow request" if slow else "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                duration_ms=round(milliseconds, 2),
            )
        observe_request(request, response.status_code, seconds)
        return response

    yield finish


@around_view
@contextmanager
def current_user(request: HttpRequest) -> Iterator[Finish]:
    """Let `apps.observability.context.get_current_user` find the request's user, for signals and models."""
    with current_user_from(request):
        yield lambda response: response
