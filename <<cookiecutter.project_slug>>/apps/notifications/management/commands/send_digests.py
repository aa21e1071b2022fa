"""`manage.py send_digests`: for cron, on working days at 08:00."""

import logging
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.notifications import services
from apps.notifications.models import Digest, due_day

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send users with new orders a digest. A second run sends only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day", type=date.fromisoformat, help="The morning it is for (default: the last that was due)."
        )

    def handle(self, *, day: date | None, **options: Any) -> None:
        day = day or due_day()
        sent = failed = 0
        for user_id in Digest.objects.recipients(day).values_list("pk", flat=True):
            try:
                sent += services.send_digest(day=day, user_id=user_id)
            except Exception:
                logger.exception("The digest of %s could not be sent to user %s", day, user_id)
                failed += 1
        self.stdout.write(f"{sent} digests sent.")
        if failed:
            raise CommandError(f"{failed} digests could not be sent: see the log.")
