"""Every write to accounts."""

from django.db import transaction

from apps.accounts.models import User


@transaction.atomic
def update_profile(*, user: User, name: str) -> User:
    """Change what `user` is called and return the user. Costs one query."""
    user.name = name
    user.save(update_fields=["name"])
    return user
