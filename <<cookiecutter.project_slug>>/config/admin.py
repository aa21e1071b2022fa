"""The admin: Unfold's site, under a Content-Security-Policy of its own."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

with_admin_csp = csp_override(settings.ADMIN_CSP)


def is_ours(definition: Any) -> bool:
    """Return whether a class is defined in this project."""
    return getattr(definition, "__module__", "").partition(".")[0] in {"apps", "config"}


class AdminSite(UnfoldAdminSite):
    """Every page of the admin, its login included, has the policy ADMIN_CSP; all other pages keep SECURE_CSP."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models, except those that a library registers by itself.

        Libraries' own admins let staff read secrets or grant rights. To show a library's model, register it in an
        app of this project with an admin class of its own.
        """
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([model for model in models if is_ours(model) or is_ours(admin_class)], admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        return with_admin_csp(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return with_admin_csp(super().login)(request, extra_context)


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"
