"""What Django must not be given by a server: content types that it fails on, bodies that are not accepted."""

import codecs
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters


def readable(content_type: str) -> str:
    """Return a Content-Type; that of unknown bytes if Django cannot read it, or if its charset is not UTF-8.

    Django fails on `text/plain; charset=rot13` and on `text/plain; a*=klingon''b` before any middleware runs.
    """
    try:
        _, parameters = parse_header_parameters(content_type)
        is_readable = codecs.lookup(parameters.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        is_readable = False
    return content_type if is_readable else "application/octet-stream"


def check_content_type(application: Any) -> Any:
    """Return a WSGI application that gets readable content types."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        environ["CONTENT_TYPE"] = readable(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return serve


def limit_asgi_body(application: Any) -> Any:
    """Return an ASGI application that gets readable content types, and no body without a length, or over the limit.

    Django would write it to disk first. `limit_body` then refuses the request by its headers.
    """

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        scope["headers"] = [
            (name, readable(value.decode("latin-1")).encode("latin-1") if name == b"content-type" else value)
            for name, value in scope["headers"]
        ]
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        limit = max(settings.UPLOAD_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if b"transfer-encoding" in headers or (length.isdigit() and int(length) > limit):
            receive = without_body(receive).__anext__
        await application(scope, receive, send)

    return serve


async def without_body(receive: Any) -> AsyncIterator[dict[str, Any]]:
    """Yield an empty body, then what comes after the client's."""
    yield {"type": "http.request"}
    while True:
        message = await receive()
        if message["type"] != "http.request":
            yield message
