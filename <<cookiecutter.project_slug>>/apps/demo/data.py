"""Demo data of all apps."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.utils.module_loading import import_string

from apps.accounts.models import User

STEPS: list[str] = []  # generators that create missing data and yield a line about it
# How many objects to create, by the name of the command's option.
SIZES: dict[str, int] = {}
# % if cookiecutter.use_example
STEPS += ["apps.demo.catalog.create_products", "apps.demo.orders.create_orders"]
SIZES["orders"] = 3_000
# % endif
VERIFIED = {"verified": True, "primary": True}  # the API lets only verified addresses sign in


def load(*, owner: User, seed: int = 1, **sizes: int) -> Iterator[str]:
    """Create missing data and yield a line about each step. The same seed gives the same data."""
    _, created = EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults=VERIFIED)
    yield "1 user" if created else "1 user, already there"
    for step in STEPS:
        yield from import_string(step)(owner=owner, seed=seed, **sizes)
