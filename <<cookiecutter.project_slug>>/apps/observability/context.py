"""The id and the user of the current request, separate for each thread and each asynchronous task."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.functional import LazyObject, empty
from structlog.contextvars import get_contextvars

if TYPE_CHECKING:  # logging imports this module before models can be
    from django.contrib.auth.base_user import AbstractBaseUser

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


def get_request_id() -> str:
    """Return the id of the current request, or an empty string outside of one."""
    return str(get_contextvars().get("request_id", ""))


def get_current_user(*, load: bool = True) -> "AbstractBaseUser | None":
    """Return the authenticated user of the current request, or None. With `load=False` it never runs a query."""
    user = getattr(current_request.get(), "user", None)
    if isinstance(user, LazyObject) and not load and vars(user)["_wrapped"] is empty:  # not loaded yet
        return None
    return user if user is not None and user.is_authenticated else None
