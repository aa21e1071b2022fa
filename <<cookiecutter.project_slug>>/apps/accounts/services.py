"""Every write to accounts."""

from typing import Any

from apps.accounts.models import User


def update_profile(*, user: User, **changes: Any) -> User:
    """Change fields of `user`, such as `name`. One query if there are changes."""
    for name, value in changes.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))
    return user
