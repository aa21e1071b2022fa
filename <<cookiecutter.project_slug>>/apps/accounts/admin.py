"""Users and groups in the admin."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from guardian.models import UserObjectPermission
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.forms import AdminLoginForm
from apps.accounts.models import User
from apps.database.paginator import BoundedPaginator

PRIVILEGES = ("is_staff", "is_superuser", "groups", "user_permissions")

admin.site.login_form = AdminLoginForm


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Users. Only superusers change privileges, and users with privileges."""

    icon = "group"
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    list_display = ["email", "name", "is_active", "is_staff", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email", "name"]
    search_help_text = "Search by e-mail address or name"
    ordering = ["email"]
    show_full_result_count = False
    paginator = BoundedPaginator
    actions = ["remove_second_factors"]

    autocomplete_fields = ["groups"]
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        ("Permissions", {"fields": ["is_active", *PRIVILEGES]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = (  # type: ignore[assignment]  # Unfold's default has the type of an empty tuple
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
    )

    def dashboard(self) -> dict[str, Any]:
        attempts = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - timedelta(days=1))
        return {**attempts.aggregate(failed_logins=Sum("failures_since_start", default=0))}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        # A read-only password field would show the hash.
        (title, identity), *others = self.fieldsets
        return [(title, {**identity, "fields": ["email", "name"]}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = [*super().get_readonly_fields(request, obj)]
        return fields if request.user.is_superuser else [*fields, *PRIVILEGES]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_write_to(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_write_to(request, obj)

    def has_superuser_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description="Remove second factors", permissions=["superuser"])
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Remove the second factors of users, for example after the loss of a phone."""
        Authenticator.objects.filter(user__in=queryset).delete()


def may_write_to(request: HttpRequest, user: User | None) -> bool:
    """Return whether the caller may change `user`: setting a password gives access to all its privileges."""
    return request.user.is_superuser or user is None or not is_privileged(user)


def is_privileged(user: User) -> bool:
    """Return whether `user` may do more than an ordinary user, active or not."""
    if user.is_staff or user.is_superuser or user.groups.exists() or user.user_permissions.exists():
        return True
    return UserObjectPermission.objects.filter(user=user).exists()


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Groups. They grant permissions, so only superusers change them."""

    icon = "shield"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    has_change_permission = has_delete_permission = has_add_permission
