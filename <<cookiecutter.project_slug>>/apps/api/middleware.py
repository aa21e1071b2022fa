"""Middleware for the responses under /api/."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.api.errors import envelope
from apps.observability.middleware import Finish, around_view


@around_view
@contextmanager
def api_errors(request: HttpRequest) -> Iterator[Finish]:
    """Give every error under /api/ the one envelope, whatever it comes from: a view, a middleware or Django itself."""

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        if (
            response.status_code >= 400
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
    """Make methods mean the same under /api/ whatever the view: HEAD is GET without the body, and a 405 alone has Allow."""
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
