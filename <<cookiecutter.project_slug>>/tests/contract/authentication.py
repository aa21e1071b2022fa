"""How a test's caller proves who they are: one function for each method that the API accepts."""

from collections.abc import Callable

from django.test import Client

from apps.accounts.models import User

type Authenticate = Callable[[Client, User], None]


def session(client: Client, user: User) -> None:
    """Carry the session cookie of `user`, as after signing in."""
    client.force_login(user)


METHODS: dict[str, Authenticate] = {
    "session": session,
}
