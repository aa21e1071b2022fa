"""Colleagues of the demo login, who look after customers too and cannot sign in."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from apps.accounts.models import User
from apps.demo.data import DemoData

COLLEAGUES = {
    "amara": "Amara Okafor",
    "ines": "Inés Fernández",
    "jonas": "Jonas Weber",
    "mei": "Mei Tanaka",
    "priya": "Priya Raman",
}


class Demo(DemoData):
    def load(self, *, owner: User, random: Random, options: Mapping[str, Any]) -> Iterator[str]:
        names = {f"{alias}@{settings.DOMAIN_NAME}": name for alias, name in COLLEAGUES.items()}
        present = set(User.objects.filter(email__in=names).values_list("email", flat=True))
        User.objects.bulk_create(
            User(email=email, name=name, password=UNUSABLE_PASSWORD_PREFIX)
            for email, name in names.items()
            if email not in present
        )
        # What the demo login would otherwise be asked to prove by mail before the API lets it sign in.
        EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults={"verified": True, "primary": True})
        yield f"{len(names)} colleagues{', already there' if present else ''}"
