"""Reads from a replica, for requests that have not written.

After a write the request, and for REPLICA_LAG_SECONDS the client's next ones (by a cookie), read from the primary.
Tasks, commands and everything in a transaction always do.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.http import HttpRequest

from apps.observability.middleware import Around, around_view

REPLICA = "replica"
COOKIE = "read_primary"


@dataclass(slots=True)
class Route:
    """Where the current request reads; mutable, as threads that serve parts of a request share it."""

    wrote: bool = False
    primary: bool = False


_route: ContextVar[Route | None] = ContextVar("route", default=None)


class ReplicaRouter:
    """Database router for the primary and its replica."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        route = _route.get()
        if route is None or route.primary or transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
            return DEFAULT_DB_ALIAS
        return REPLICA

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        if route := _route.get():
            route.wrote = route.primary = True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


@around_view
def primary_after_write(request: HttpRequest) -> Around:
    """Read from the replica until this request, or its client a moment ago, has written."""
    route = Route(primary=COOKIE in request.COOKIES)
    token = _route.set(route)
    try:
        response = yield
    finally:
        _route.reset(token)
    if route.wrote:
        age, secure = settings.REPLICA_LAG_SECONDS, settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, "1", max_age=age, secure=secure, httponly=True, samesite="Lax")
