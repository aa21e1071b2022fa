"""The project as a web server runs it, but that a request for `/health/live/?slow` waits until a test lets it go on.

It takes SLOW_START seconds to import.
"""

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.asgi import application as asgi_project
from config.wsgi import application as wsgi_project

FOLDER = Path(os.environ["SLOW_REQUESTS"])
time.sleep(float(os.environ.get("SLOW_START", "0")))


def must_wait() -> bool:
    """Say that a request is here; return whether it may not go on yet."""
    (FOLDER / "here").touch()
    return not (FOLDER / "go").exists()


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    while environ["QUERY_STRING"] == "slow" and must_wait():
        time.sleep(0.01)
    return wsgi_project(environ, start_response)


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    while scope["query_string"] == b"slow" and must_wait():
        await asyncio.sleep(0.01)
    await asgi_project(scope, receive, send)
