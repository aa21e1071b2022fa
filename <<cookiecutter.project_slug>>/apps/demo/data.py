"""Demo data of all apps."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from apps.accounts.models import User

# % if cookiecutter.use_example
from apps.demo.catalog import create_products
from apps.demo.orders import create_orders

# % endif
# How many objects to create, by the name of the command's option.
SIZES: dict[str, int] = {}
# % if cookiecutter.use_example
SIZES["orders"] = 3_000
# % endif
COLLEAGUES = {
    "amara": "Amara Okafor",
    "ines": "Inés Fernández",
    "jonas": "Jonas Weber",
    "mei": "Mei Tanaka",
    "priya": "Priya Raman",
}


def load(*, owner: User, seed: int = 1, **sizes: int) -> Iterator[str]:
    """Create what is missing and yield a line about each step. The same seed gives the same data."""
    yield create_colleagues()
    # % if cookiecutter.use_example
    yield create_products(seed)
    yield from create_orders(sizes["orders"], owner, seed)
    # % endif
    # The API lets only verified addresses sign in.
    EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults={"verified": True, "primary": True})


def create_colleagues() -> str:
    """Create users who cannot sign in."""
    names = {f"{alias}@{settings.DOMAIN_NAME}": name for alias, name in COLLEAGUES.items()}
    present = set(User.objects.filter(email__in=names).values_list("email", flat=True))
    User.objects.bulk_create(
        User(email=email, name=name, password=UNUSABLE_PASSWORD_PREFIX)
        for email, name in names.items()
        if email not in present
    )
    return f"{len(names)} colleagues{', already there' if present else ''}"
