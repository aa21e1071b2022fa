"""`manage.py encrypt_second_factors`: part of changing SECRET_KEY, see docs/security.md."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.core.management.base import BaseCommand
from django.db import transaction

SECRETS = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypt the secrets of all second factors with the current SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        ids = list(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True))
        for pk in ids:
            with transaction.atomic():
                for authenticator in Authenticator.objects.select_for_update().filter(pk=pk):
                    for name in authenticator.data.keys() & SECRETS:
                        authenticator.data[name] = encrypt(decrypt(authenticator.data[name]))
                    authenticator.save(update_fields=["data"])
        self.stdout.write(f"Encrypted {len(ids)} second factors.")
