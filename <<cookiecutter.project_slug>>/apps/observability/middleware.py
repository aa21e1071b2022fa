"""Middleware as plain callables, for WSGI and ASGI alike.

Each is written once, as a context manager around the view that may yield a function to finish the response with;
`around_view` makes of it what Django wants.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from inspect import iscoroutinefunction
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from apps.observability.context import current_user_from, request_id_as
from apps.api.errors import envelope
from apps.observability.metrics import observe_request
from apps.database.queries import watch_queries

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
def security_headers(request: HttpRequest) -> Iterator[Finish]:
    """Add SECURITY_HEADERS to the response, where the view has not set one of its own."""

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    yield finish


@around_view
@contextmanager
def api_errors(request: HttpRequest) -> Iterator[Finish]:
    """Give every error under /api/ the one envelope, whoever answered it: a view, a middleware or Django itself."""

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        if (
            response.status_code >= 400
            and request.path_info.startswith("/api/")
            and isinstance(response, HttpResponse)
            and response.get("Content-Type") != "application/json"
        ):
            # In place: headers such as Allow and cookies stay.
            response.content = json.dumps(envelope(response.status_code))
            response["Content-Type"] = "application/json"
            response["Content-Length"] = str(len(response.content))
        return response

    yield finish


@around_view
@contextmanager
def api_methods(request: HttpRequest) -> Iterator[Finish]:
    """Make methods mean the same under /api/ whoever answers: HEAD is GET without the body, and a 405 alone has Allow."""
    if not request.path_info.startswith("/api/"):
        yield lambda response: response
        return
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"  # the server leaves the body off

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        request.method = asked
        if response.status_code == 405:
            allowed = set(re.split(r",\s*", response["Allow"])) - {"OPTIONS"}
            response["Allow"] = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))
        elif response.has_header("Allow"):
            del response["Allow"]
        return response

    yield finish


@around_view
@contextmanager
def current_user(request: HttpRequest) -> Iterator[Finish]:
    """Let `apps.observability.context.get_current_user` find the request's user, for signals and models."""
    with current_user_from(request):
        yield lambda response: response


@around_view
@contextmanager
def query_warnings(request: HttpRequest) -> Iterator[Finish]:
    """Development: warn of a request that runs more queries than QUERY_BUDGET, and name the repeated one."""
    with watch_queries() as log:
        yield lambda response: response
    if len(log.statements) > settings.QUERY_BUDGET:
        logger.warning(
            "many queries", path=request.path, queries=len(log.statements), most_repeated=log.most_repeated()
        )
