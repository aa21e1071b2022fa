"""Pages of the site itself."""

import json
import platform

from django import get_version
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csp import csp_override

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
