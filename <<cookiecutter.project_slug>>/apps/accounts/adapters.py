"""Where allauth asks the project: client addresses, names from social accounts, the domain of passkeys."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User
from apps.security.client_ip import client_network


class AccountAdapter(DefaultAccountAdapter):
    """Accounts with e-mail log-in."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rate limits count by; allauth's own raises a 500 on a short X-Forwarded-For."""
        return client_network(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts that come from a social provider."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Fill a new user from the provider's `data`; allauth alone knows first and last names only."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(part for part in parts if part)
        user.name = name[: User._meta.get_field("name").max_length]  # noqa: SLF001 - the documented API of models
        return user


class MFAAdapter(DefaultMFAAdapter):
    """Second factors and passkeys."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party: browsers only offer a passkey on the domain `id` and below it."""
        entity = super().get_public_key_credential_rp_entity()
        return {"id": settings.WEBAUTHN_DOMAIN or entity["id"], "name": settings.MFA_TOTP_ISSUER}
