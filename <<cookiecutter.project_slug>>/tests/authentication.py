"""Ways to authenticate a test client: one function for each method that the API accepts."""

from collections.abc import Callable

from django.test import Client

from apps.accounts.models import User

type Authenticate = Callable[[Client, User], None]


# % if "session" in cookiecutter.auth
def by_session(client: Client, user: User) -> None:
    """Send the session cookie of `user`."""
    client.force_login(user)


# % endif
# % if "jwt" in cookiecutter.auth
def by_jwt(client: Client, user: User) -> None:
    """Send a JSON Web Token of `user`."""
    from allauth.headless.tokens.strategies.jwt.internal import create_access_token
    from django.contrib.sessions.backends.cached_db import SessionStore

    from apps.accounts.tokens import TokenStrategy

    session = SessionStore()
    session.create()
    token = create_access_token(user, session, TokenStrategy().get_claims(user))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"


# % endif
# % if "oauth2" in cookiecutter.auth
def by_oauth2(client: Client, user: User) -> None:
    """Send an access token that `user` granted to an OAuth2 client, with every scope of the API."""
    from datetime import timedelta

    from django.utils import timezone
    from django.utils.crypto import get_random_string
    from oauth2_provider.models import AccessToken

    from tests.oauth2.factories import ApplicationFactory

    value = get_random_string(40)
    AccessToken.objects.create(
        user=user,
        application=ApplicationFactory.create(),
        token=value,
        scope="api:read api:write",
        expires=timezone.now() + timedelta(hours=1),
    )
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {value}"


# % endif
METHODS: dict[str, Authenticate] = {
    # % if "session" in cookiecutter.auth
    "session": by_session,
    # % endif
    # % if "jwt" in cookiecutter.auth
    "jwt": by_jwt,
    # % endif
    # % if "oauth2" in cookiecutter.auth
    "oauth2": by_oauth2,
    # % endif
}

# For tests in which the method makes no difference.
authenticate_somehow = next(iter(METHODS.values()))
