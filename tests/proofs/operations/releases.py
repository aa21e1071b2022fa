"""The project as a web server runs it, which tells in each response of which release it is."""

import os
from collections.abc import Iterable
from typing import Any

from config.wsgi import application as project


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Release", os.environ["TAG"])], *rest)

    return project(environ, start)
