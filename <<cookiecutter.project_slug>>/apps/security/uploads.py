"""Request bodies that come without a length, or with more than is accepted."""

from io import BytesIO
from typing import Any

from django.conf import settings


def limit_wsgi_body(application: Any) -> Any:
    """Return a WSGI application that adds a missing Content-Length: a chunked body is empty to Django without it.

    Not every server decodes chunks; runserver does not. `limit_body` then answers 411.
    """

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        chunked = environ.get("HTTP_TRANSFER_ENCODING") and environ.get("wsgi.input_terminated")
        if chunked and not environ.get("CONTENT_LENGTH"):
            body = environ["wsgi.input"].read(max_bytes() + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return serve


def limit_asgi_body(application: Any) -> Any:
    """Return an ASGI application that also cuts off a body over the limit, which Django would write to disk first.

    `limit_body` then refuses it by its Content-Length.
    """

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = list(scope["headers"])
        received, complete = 0, False

        async def limited_receive() -> Any:
            nonlocal received, complete
            message = await receive()
            while complete and message["type"] == "http.request":
                message = await receive()  # the rest of the body
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > max_bytes():
                    message = {"type": "http.request"}
                complete = not message.get("more_body", False)
                chunked = received or b"transfer-encoding" in dict(headers)
                if complete and chunked and b"content-length" not in dict(headers):
                    headers.append((b"content-length", b"%d" % received))
            return message

        await application({**scope, "headers": headers}, limited_receive, send)

    return serve


def max_bytes() -> int:
    """Return the largest size of a body that any view accepts."""
    return max(int(settings.UPLOAD_MAX_BYTES), int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
