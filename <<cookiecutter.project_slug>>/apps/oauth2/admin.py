"""OAuth2 clients in the admin."""

from typing import Any

from allauth.idp.oidc.admin import ClientAdmin
from allauth.idp.oidc.models import Client
from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin


@admin.register(Client)
class OAuth2ClientAdmin(ClientAdmin, ModelAdmin):
    """Clients: a redirect URI or an owner hands out other users' rights, so only superusers change them."""

    exclude = ["secret"]
    readonly_fields = ("created_at",)  # type: ignore[assignment]  # allauth annotates two

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
