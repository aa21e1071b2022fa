"""The admin: Unfold's site, with its own Content-Security-Policy."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage
from django.db import DataError, ProgrammingError
from django.http import HttpRequest
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

MALFORMED = (DataError, IndexError, InvalidPage, OverflowError, ProgrammingError, TypeError, ValueError)

logger = logging.getLogger(__name__)


def admin_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Set ADMIN_CSP, and answer 400 to a query string, key or form with values that the database does not understand.

    The exception that a form causes is logged as an error, in case the input is not to blame.
    """

    @csp_override(settings.ADMIN_CSP)
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response
        except MALFORMED as error:
            if request.method == "POST":
                logger.exception("Malformed input at %s", request.path)
            elif not request.GET and "\0" not in request.path:
                raise
            raise BadRequest from error

    return page


def is_ours(definition: Any) -> bool:
    """Return whether a class is defined in this project."""
    return getattr(definition, "__module__", "").partition(".")[0] in {"apps", "config"}


class AdminSite(UnfoldAdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models, except those that a library registers by itself.

        Libraries' own admins let staff read secrets or grant rights. To show a library's model, register it in an
        app of this project with an admin class of its own.
        """
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([model for model in models if is_ours(model) or is_ours(admin_class)], admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        return admin_page(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return admin_page(super().login)(request, extra_context)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the models that the user may see, by application, each with the `icon` of its admin class."""
    return [
        {"title": app["name"], "items": [navigation_item(model) for model in app["models"]]}
        for app in site.get_app_list(request)
    ]


def navigation_item(model: dict[str, Any]) -> dict[str, Any]:
    icon = getattr(site.get_model_admin(model["model"]), "icon", "database")
    return {"title": model["name"], "link": model["admin_url"], "icon": icon}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the `dashboard()` of each admin class whose objects the user may see to the context of the first page."""
    for model in [model for app in context["app_list"] for model in app["models"] if model["perms"]["view"]]:
        if figures := getattr(site.get_model_admin(model["model"]), "dashboard", None):
            context |= figures()
    return context


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"
