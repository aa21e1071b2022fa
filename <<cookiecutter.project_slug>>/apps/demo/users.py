"""Demo users: the demo login and colleagues who cannot sign in."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from apps.accounts.models import User

COLLEAGUES = {"amara": "Amara Okafor", "ines": "Inés Fernández", "jonas": "Jonas Weber", "mei": "Mei Tanaka"}


def create_users(*, owner: User, **options: Any) -> Iterator[str]:
    # The API lets only verified addresses sign in.
    EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults={"verified": True, "primary": True})
    names = {f"{alias}@{settings.DOMAIN_NAME}": name for alias, name in COLLEAGUES.items()}
    present = set(User.objects.filter(email__in=names).values_list("email", flat=True))
    User.objects.bulk_create(
        User(email=email, name=name, password=UNUSABLE_PASSWORD_PREFIX)
        for email, name in names.items()
        if email not in present
    )
    yield f"{len(names)} colleagues{', already there' if present else ''}"
