"""`manage.py migrate`, by one process at a time: another one waits until it ends."""

import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import DatabaseError, connections

LOCK = [0x6D696772617465]  # "migrate"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        # pgbouncer may release the lock on another connection than it was taken on.
        if connection.vendor != "postgresql" or settings.BEHIND_PGBOUNCER:
            super().handle(*args, **options)
            return
        with connection.cursor() as cursor:
            # `pg_advisory_lock` would be a long statement, for which CREATE INDEX CONCURRENTLY waits in turn.
            waiting = False
            while not cursor.execute("SELECT pg_try_advisory_lock(%s)", LOCK).fetchone()[0]:
                if not waiting:
                    self.stderr.write("Another migrate is running: waiting for its end.")
                waiting = True
                time.sleep(1)
        try:
            super().handle(*args, **options)
        finally:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has released it
                cursor.execute("SELECT pg_advisory_unlock(%s)", LOCK)
