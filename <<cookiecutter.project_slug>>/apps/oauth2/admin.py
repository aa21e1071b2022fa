"""The admin of OAuth2 clients."""

from allauth.idp.oidc.admin import ClientAdmin
from allauth.idp.oidc.models import Client
from django.contrib import admin
from django.http import HttpRequest

admin.site.unregister(Client)


@admin.register(Client)
class OAuth2ClientAdmin(ClientAdmin):
    """allauth's, which shows a new client's secret once, except for who may choose an owner."""

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> list[str]:
        """Return the fields to show only; a client-credentials token acts as the owner, so choosing one is a power."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else [*fields, "owner"]
