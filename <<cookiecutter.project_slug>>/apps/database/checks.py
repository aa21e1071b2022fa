"""System checks of the database's settings."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import connections


def connections_needed(alias: str) -> int:
    """Return how many connections the web processes of this deployment may open to `alias` at once."""
    pool: dict[str, Any] = connections[alias].settings_dict["OPTIONS"].get("pool") or {}
    per_process = pool.get("max_size", settings.WEB_THREADS)
    return int(settings.WEB_INSTANCES * settings.WEB_CONCURRENCY * per_process)


@register(Tags.database)
def check_connection_limit(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn if the web processes may ask the server for more connections than it grants. One query per database."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql" or settings.BEHIND_PGBOUNCER:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            )
            (granted,) = cursor.fetchone()
        needed = connections_needed(alias)
        if needed > granted:
            messages.append(
                Warning(
                    f"The web processes may open {needed} connections to the database '{alias}', "
                    f"whose server grants {granted}.",
                    hint="Lower DATABASE_POOL_MAX, WEB_CONCURRENCY or WEB_THREADS, or put pgbouncer in between; "
                    "docs/database.md has the arithmetic.",
                    id="core.W001",
                )
            )
    return messages
