"""Factory of OAuth2 clients."""

import factory
from allauth.idp.oidc.models import Client


class ClientFactory(factory.django.DjangoModelFactory[Client]):
    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Client {n}")
