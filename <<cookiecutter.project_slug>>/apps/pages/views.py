"""Pages of the site itself."""

import json
import platform

from django import get_version
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure as csrf_failure_page
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt

from apps.api.errors import envelope
from apps.observability import health
from apps.pages.branding import branded


def landing(request: HttpRequest) -> HttpResponse:
    """Show links to the API; in development also what runs, its health, and what comes next."""
    apis = [
        {"version": version, "docs": reverse(f"{version}:docs"), "schema": reverse(f"{version}:schema")}
        for version in settings.API_VERSIONS
    ]
    context = {"description": settings.PROJECT_DESCRIPTION, "apis": apis, "settings": settings}
    if settings.DEBUG:  # production tells neither what runs nor the URL of the admin
        context["development"] = {
            "django": get_version(),
            "python": platform.python_version(),
            "database": connection.display_name,
            "health": json.loads(health.ready(request).content)["parts"],
        }
    return render(request, "landing.html", context)


@csp_override(settings.ADMIN_CSP)  # mails have style attributes
def mail_preview(request: HttpRequest) -> HttpResponse:
    """Show how an e-mail looks, in development."""
    body = "Your code is listed below. Enter it in your open browser window.\n\nWXYZ-2345\n\nhttps://example.com/"
    message = branded(EmailMultiAlternatives("Please confirm your e-mail address", body), highlight="WXYZ-2345")
    return HttpResponse(message.alternatives[0][0])


@csrf_exempt  # it changes nothing
def unknown_api_path(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
    """Return 404 in the envelope."""
    return JsonResponse(envelope(404), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a request without a valid CSRF token: the envelope under /api/, else Django's page."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(envelope(403, "csrf_failed", reason), status=403)
    return csrf_failure_page(request, reason)
