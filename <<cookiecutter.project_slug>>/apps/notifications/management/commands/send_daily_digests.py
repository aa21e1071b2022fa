"""`manage.py send_daily_digests`: the same as the clock starts in the morning, by hand or by cron."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.notifications import services


class Command(BaseCommand):
    help = "Send everybody who looks after new orders a digest of them. Run again, it sends only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="The morning it is for (default: today).")

    def handle(self, *, day: date | None, **options: Any) -> None:
        sent, failures = 0, []
        for user_ids in services.digest_chunks(day=day or timezone.localdate()):
            try:
                sent += services.send_digests(day=day or timezone.localdate(), user_ids=user_ids)
            except services.DigestsFailed as error:
                failures.append(str(error))
        self.stdout.write(f"{sent} digests sent.")
        if failures:
            raise CommandError(" ".join(failures))
