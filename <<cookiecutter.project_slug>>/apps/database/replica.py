"""Reading from a replica without missing one's own writes.

Only a request reads from the replica, and only until it writes: from then on it reads from the primary, and so do the
client's next requests for REPLICA_LAG_SECONDS, by a cookie. Everything else (tasks, commands, migrations, whatever is
in a transaction) stays on the primary.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.observability.middleware import Finish, around_view

REPLICA = "replica"
COOKIE = "read_primary"


@dataclass(slots=True)
class Route:
    """Where the current request reads. Mutable, so that threads which serve parts of one request share it."""

    wrote: bool = False
    primary: bool = False


_route: ContextVar[Route | None] = ContextVar("route", default=None)


class ReplicaRouter:
    """Sends reads of requests that have not written to the replica; see the module for the rest."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Return the database to read `model` from."""
        route = _route.get()
        if route is None or route.primary or transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
            return DEFAULT_DB_ALIAS
        return REPLICA

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Return the primary, where the request reads from now on."""
        route = _route.get()
        if route is not None:
            route.wrote = route.primary = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        """Both databases hold the same objects."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db != REPLICA


@around_view
@contextmanager
def primary_after_write(request: HttpRequest) -> Iterator[Finish]:
    """Let the request read from the replica until it, or its client a moment ago, wrote."""
    route = Route(primary=COOKIE in request.COOKIES)
    token = _route.set(route)

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        if route.wrote:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.REPLICA_LAG_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    try:
        yield finish
    finally:
        _route.reset(token)
