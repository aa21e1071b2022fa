"""Demo data of all apps."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress

from apps.accounts.models import User

# % if cookiecutter.use_example -
from apps.demo.catalog import create_products
from apps.demo.orders import create_orders

# % endif -

# How many objects to create, by the name of the command's option.
SIZES: dict[str, int] = {}
# % if cookiecutter.use_example
SIZES["orders"] = 3_000
# % endif
VERIFIED = {"verified": True, "primary": True}  # the API lets only verified e-mail addresses sign in


def load(*, owner: User, seed: int = 1, **sizes: int) -> Iterator[str]:
    """Create missing data and yield a line about each step. The same seed gives the same data."""
    _, created = EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults=VERIFIED)
    yield "1 user" if created else "1 user, already there"
    # % if cookiecutter.use_example
    yield from create_products(seed=seed)
    yield from create_orders(owner=owner, seed=seed, **sizes)
    # % endif
