"""First-party JSON Web Tokens."""

from allauth.headless.tokens.strategies.jwt.internal import create_access_token
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client

from apps.accounts.models import User
from apps.accounts.tokens import TokenStrategy


def authenticate(client: Client, user: User) -> None:
    """Carry an access token of `user`, as after signing in."""
    session = SessionStore()
    session.create()
    token = create_access_token(user, session, TokenStrategy().get_claims(user))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
