"""allauth's adapters: client IPs, names, encrypted second factors, the domain of passkeys."""

import logging
from base64 import urlsafe_b64encode
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

from apps.accounts.models import User
from apps.pages.branding import branded
from apps.security.client_ip import client_network

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts with e-mail log-in."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's IP for rate limits; allauth's own raises a 500 on a short X-Forwarded-For."""
        return client_network(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed log-ins by account and IP: by account alone, any visitor could lock its owner out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{client_network(request)}"

    def is_safe_url(self, url: str) -> bool:
        """Return whether to redirect to `url`, also if it is malformed, where allauth's own is a 500."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def clean_email(self, email: str) -> str:
        """Validate an e-mail address as the model does, its length included: allauth would cut it off."""
        User._meta.get_field("email").run_validators(email)  # noqa: SLF001 - the documented API of models
        return email

    def render_mail(self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None) -> Any:
        """Name the project where allauth would name the host of the request, and add the HTML."""
        site = {"name": settings.PROJECT_NAME, "domain": settings.DOMAIN_NAME}
        message = super().render_mail(template_prefix, email, {**context, "current_site": site}, headers)
        return branded(cast("EmailMultiAlternatives", message), highlight=context.get("code", ""))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Log a mail that cannot be sent, without an error: the change is stored, and a code can be sent again."""
        try:
            super().send_mail(template_prefix, email, context)
        except Exception:  # those of the mail providers have no class in common
            logger.exception("The mail %s could not be sent", template_prefix)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Create an account and roll it back, so that a known e-mail address takes as long as a new one."""
        with transaction.atomic():
            user = User(email=f"{get_random_string(20)}@{settings.DOMAIN_NAME}")
            user.set_password(user.email)
            User.objects.bulk_create([user])  # bulk_create sends no signals
            EmailAddress.objects.bulk_create([EmailAddress(user=user, email=user.email)])
            transaction.set_rollback(True)
        super().send_account_already_exists_mail(email)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts that come from a social provider."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Fill a new user from the provider's `data`; allauth has first and last names only."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = str(data.get("name") or " ".join(str(part) for part in parts if part))
        user.name = name[: User._meta.get_field("name").max_length]  # noqa: SLF001 - the documented API of models
        return user


class MFAAdapter(DefaultMFAAdapter):
    """Second factors and passkeys."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party: browsers only offer a passkey on the domain `id` and below it."""
        entity = super().get_public_key_credential_rp_entity()
        return {"id": settings.WEBAUTHN_DOMAIN or entity["id"], "name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text).decode()


def fernet() -> MultiFernet:
    """Return the encryption with SECRET_KEY; SECRET_KEY_FALLBACKS still decrypt."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("apps.accounts.mfa", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])
