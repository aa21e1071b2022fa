"""Signal receivers of the OAuth2 provider."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from apps.accounts.models import User


@receiver(pre_save, sender=settings.AUTH_USER_MODEL)
def revoke_tokens(instance: User, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """Delete the codes and tokens of a user whose password changes or who is deactivated, and of the user's clients."""
    if instance.pk is None or (update_fields is not None and not {"password", "is_active"} & set(update_fields)):
        return
    if instance.is_active and User.objects.filter(pk=instance.pk, password=instance.password).exists():
        return
    for model in (Grant, RefreshToken, IDToken):
        model.objects.filter(user=instance.pk).delete()
    AccessToken.objects.filter(Q(user=instance.pk) | Q(user=None, application__user=instance.pk)).delete()
