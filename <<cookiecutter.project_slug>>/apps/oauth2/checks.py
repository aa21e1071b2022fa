"""System checks of the OAuth2 provider, at deployment."""

from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.apps import AppConfig
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Tags, register

from apps.oauth2.keys import split_pem


@register(Tags.caches, deploy=True)
def check_cache_is_shared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Require a shared cache: one process issues an authorization code, another redeems it."""
    if not isinstance(caches["default"], LocMemCache | DummyCache):
        return []
    return [
        Error(
            "The OAuth2 provider keeps authorization codes in the default cache, which processes do not share.",
            hint="Set CACHE_URL to that of a server.",
            id="oauth2.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_private_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an OIDC_PRIVATE_KEY that cannot sign ID tokens."""
    try:
        keys = [load_pem_private_key(pem.encode(), password=None) for pem in split_pem(settings.OIDC_PRIVATE_KEY)]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        keys = []
    if keys and all(isinstance(key, RSAPrivateKey) for key in keys):
        return []
    return [
        Error(
            "OIDC_PRIVATE_KEY holds no RSA private key in PEM, or something else beside it.",
            hint="Make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            id="oauth2.E002",
        )
    ]
