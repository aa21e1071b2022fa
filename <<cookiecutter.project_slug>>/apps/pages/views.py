"""Pages of the site itself."""

import json
import platform
import sys

from django import get_version
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views import defaults
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from apps.api.errors import BY_STATUS
from apps.observability import health
from apps.pages.branding import branded

# No connection, a statement that ran out of time, a full pool; or another server that a view needs.
OUTAGES = (InterfaceError, OperationalError, ConnectionError, TimeoutError)
# PostgreSQL is read-only, as after a failover, or a transaction was idle for too long.
OUTAGE_STATES = {"25006", "25P03"}


@require_safe
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
    icon = f'<link rel="icon" href="{static("favicon.svg")}">'
    return HttpResponse(str(message.alternatives[0][0]).replace("</head>", f"{icon}</head>"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 if the database, or another server, is to blame for the exception; else 500."""
    error = sys.exception()
    state = getattr(getattr(error, "__cause__", None), "sqlstate", "")
    if not isinstance(error, OUTAGES) and state not in OUTAGE_STATES:
        return defaults.server_error(request)
    return HttpResponse(BY_STATUS[503][1], status=503, headers={"Retry-After": "1"}, content_type="text/plain")
