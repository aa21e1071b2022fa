"""OAuth2 clients in the admin."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.oauth2.provider.models import Application


class ApplicationAdmin(ModelAdmin):
    """Clients. One that has an owner or skips consent acts with other users' rights: only superusers write to it.

    The toolkit registers this class.
    """

    list_display = ["name", "client_id", "client_type", "authorization_grant_type", "skip_authorization"]
    search_fields = ["name", "client_id"]
    autocomplete_fields = ["user"]
    fields = [
        *("name", "client_id", "client_secret", "client_type", "authorization_grant_type"),
        *("redirect_uris", "allowed_origins", "scopes", "user", "skip_authorization"),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the secret once, before it is stored as a hash."""
        return [name for name in self.fields if obj is None or name != "client_secret"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        privileged = [] if request.user.is_superuser else ["user", "skip_authorization"]
        return [*privileged, *(["client_id"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_write_to(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_write_to(request, obj)


def may_write_to(request: HttpRequest, client: Application | None) -> bool:
    """Return whether the caller may change or delete `client`."""
    return request.user.is_superuser or client is None or not (client.user_id or client.skip_authorization)
