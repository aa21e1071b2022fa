"""Callables for django-axes, which locks clients out of an account after repeated failures."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

MAX_LENGTH = 255  # of the column in axes's table


def username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the account that a log-in is for. The admin sends it as `username`, allauth as `email`."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or ""
    return str(name).strip().lower().replace("\0", "")[:MAX_LENGTH]


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """Return the 429: JSON as allauth has it, or a page."""
    message = _("Too many failed login attempts. Try again later.")
    headers = {"Retry-After": str(int(settings.AXES_COOLOFF_TIME.total_seconds()))}
    if request.path_info.startswith("/_allauth/"):
        error = {"message": message, "code": "too_many_login_attempts"}
        return JsonResponse({"status": 429, "errors": [error]}, status=429, headers=headers)
    page = render_to_string("locked_out.html", {"message": message}, request)
    return HttpResponse(page, status=429, headers=headers)
