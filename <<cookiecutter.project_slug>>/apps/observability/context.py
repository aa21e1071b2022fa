"""What is known about the request being served, for code that is not handed the request.

Context variables are separate for each thread and each asynchronous task, so requests never see each other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import LazyObject

if TYPE_CHECKING:  # the settings import this module for the logs, before there can be models
    from django.contrib.auth.base_user import AbstractBaseUser

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def get_request_id() -> str:
    """Return the id of the request being served, or an empty string outside of one."""
    return _request_id.get()


def get_current_user() -> AbstractBaseUser | None:
    """Return the signed-in user of the request being served, or None. Loads the user when first asked."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def get_loaded_user_id() -> Any:
    """Return the id of the request's user; None for a visitor and if nobody has asked yet: a log line costs no query."""
    request = _request.get()
    if request is None:
        return None
    user = vars(request).get("user")
    if isinstance(user, LazyObject):
        user = vars(request).get("_cached_user")  # where Django keeps the one that it has loaded
    return getattr(user, "pk", None)


@contextmanager
def request_id_as(request_id: str) -> Iterator[None]:
    """Make `request_id` the current one inside the block, whatever happens there."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


@contextmanager
def current_user_from(request: HttpRequest) -> Iterator[None]:
    """Make `request`'s user the current one inside the block, whatever happens there."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)
