"""`manage.py send_digests`: what the schedule does in the morning, by hand or by cron."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.notifications import services
from apps.notifications.models import due_day


class Command(BaseCommand):
    help = "Send users with new orders a digest. A second run sends only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day", type=date.fromisoformat, help="The morning it is for (default: the last that was due)."
        )

    def handle(self, *, day: date | None, **options: Any) -> None:
        sent, failed = services.send_digests(day=day or due_day())
        self.stdout.write(f"{sent} digests sent.")
        if failed:
            raise CommandError(f"{failed} digests could not be sent: see the log.")
