"""`manage.py send_missing_confirmations`: by hand, or by cron once an hour."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.orders.services import send_missing_confirmations


class Command(BaseCommand):
    help = "Begin anew each confirmation mail that got lost on its way."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{send_missing_confirmations()} confirmations begun anew.")
