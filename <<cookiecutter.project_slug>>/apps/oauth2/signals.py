"""Signal receivers of the OAuth2 provider."""

from collections.abc import Collection
from typing import Any

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver

from apps.accounts.models import User


@receiver(pre_save, sender=settings.AUTH_USER_MODEL)
def revoke_tokens(instance: User, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """Revoke the tokens of a user whose password changes or who is deactivated."""
    if instance.pk is None or (update_fields is not None and not {"password", "is_active"} & set(update_fields)):
        return
    unchanged = instance.is_active and User.objects.filter(pk=instance.pk, password=instance.password).exists()
    if not unchanged:
        Token.objects.filter(user=instance.pk).delete()
