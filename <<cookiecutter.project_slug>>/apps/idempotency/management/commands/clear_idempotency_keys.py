"""`manage.py clear_idempotency_keys`: for cron, once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.idempotency.services import delete_expired_keys


class Command(BaseCommand):
    help = "Delete expired idempotency keys."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{delete_expired_keys()} keys deleted.")
