"""Code that runs as if it served a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from apps.observability.context import current_request


@contextmanager
def serving(request: HttpRequest) -> Iterator[None]:
    """Make `request` the current one inside the block."""
    token = current_request.set(request)
    try:
        yield
    finally:
        current_request.reset(token)
