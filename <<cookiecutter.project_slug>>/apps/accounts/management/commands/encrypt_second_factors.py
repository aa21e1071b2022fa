"""`manage.py encrypt_second_factors`: part of changing SECRET_KEY, see docs/security.md."""

import logging
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

logger = logging.getLogger(__name__)

SECRETS = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypt the secrets of all second factors with the current SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        ids = list(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True))
        failed = 0
        for pk in ids:
            try:
                self.encrypt(pk)
            except Exception:
                logger.exception("Second factor %s could not be encrypted", pk)
                failed += 1
        self.stdout.write(f"Encrypted {len(ids) - failed} second factors.")
        if failed:
            raise CommandError(f"{failed} second factors could not be encrypted: see the log.")

    @transaction.atomic
    def encrypt(self, pk: int) -> None:
        for authenticator in Authenticator.objects.select_for_update().filter(pk=pk):
            for name in authenticator.data.keys() & SECRETS:
                authenticator.data[name] = encrypt(decrypt(authenticator.data[name]))
            authenticator.save(update_fields=["data"])
