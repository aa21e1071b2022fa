"""Access tokens of the OAuth2 provider."""

from datetime import timedelta

from allauth.idp.oidc.models import Client as OAuth2Client
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from apps.accounts.models import User
from apps.oauth2.adapter import API_SCOPES


def authenticate(client: Client, user: User) -> None:
    """Carry an access token that `user` granted with every scope of the API."""
    value = get_random_string(40)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=OAuth2Client.objects.create(name="Contract"),
        user=user,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    token.set_value(value)
    token.set_scopes(list(API_SCOPES))
    token.save()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {value}"
