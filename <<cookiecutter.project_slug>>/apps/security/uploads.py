"""Request bodies under ASGI that come without a length, or with more than is accepted."""

from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings


def limit_asgi_body(application: Any) -> Any:
    """Return an ASGI application that leaves out a body without a length, or over the limit.

    Django would write it to disk first. `limit_body` then refuses the request by its headers.
    """

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
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
