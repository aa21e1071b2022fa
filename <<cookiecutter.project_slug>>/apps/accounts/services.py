"""Every write to accounts."""

from importlib import import_module

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User


@transaction.atomic
def update_profile(*, user: User, name: str) -> User:
    """Change what `user` is called and return the user. Costs one query."""
    user.name = name
    user.save(update_fields=["name"])
    return user


def clear_expired_sessions() -> None:
    """Delete the sessions whose time is over, as `manage.py clearsessions` does. One query."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
