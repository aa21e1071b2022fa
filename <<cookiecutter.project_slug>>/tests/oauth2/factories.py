"""Factory of OAuth2 clients."""

import factory

from apps.oauth2.provider.models import Application


class ApplicationFactory(factory.django.DjangoModelFactory[Application]):
    class Meta:
        model = Application

    name = factory.Sequence(lambda n: f"Client {n}")
    redirect_uris = "https://app.example.com/callback"
    client_type = Application.CLIENT_PUBLIC
    scopes = "api:read api:write"
    authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
