"""The session cookie."""

from django.test import Client

from apps.accounts.models import User


def authenticate(client: Client, user: User) -> None:
    """Carry the session cookie of `user`, as after signing in."""
    client.force_login(user)
