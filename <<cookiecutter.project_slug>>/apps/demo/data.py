"""Demo data of all apps."""

from collections.abc import Iterator

from django.utils.module_loading import import_string

from apps.accounts.models import User

# How many objects to create, by the name of the command's option.
SIZES: dict[str, int] = {}
# % if cookiecutter.use_example
SIZES["orders"] = 3_000
# % endif
# Generators that create what is missing and yield a line about it, in this order.
STEPS = [
    "apps.demo.users.create_users",
    # % if cookiecutter.use_example
    "apps.demo.catalog.create_products",
    "apps.demo.orders.create_orders",
    # % endif
]


def load(*, owner: User, seed: int = 1, **sizes: int) -> Iterator[str]:
    """Create what is missing and yield a line about each step. The same seed gives the same data."""
    for step in STEPS:
        yield from import_string(step)(owner=owner, seed=seed, **sizes)
