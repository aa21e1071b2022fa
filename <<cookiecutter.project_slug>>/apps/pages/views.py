"""Pages of the site itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure as csrf_failure_page
from django.views.decorators.csrf import csrf_exempt

from apps.api.errors import envelope


def landing(request: HttpRequest) -> HttpResponse:
    """Show links to the API, its documentation, the health checks and, in development, the admin."""
    apis = [
        {"version": version, "docs": reverse(f"{version}:docs"), "schema": reverse(f"{version}:schema")}
        for version in settings.API_VERSIONS
    ]
    context = {"name": settings.PROJECT_NAME, "description": settings.PROJECT_DESCRIPTION, "apis": apis}
    # Production does not tell the URL of the admin.
    return render(request, "landing.html", {**context, "show_admin": settings.DEBUG})


@csrf_exempt  # nothing to protect
def unknown_api_path(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
    """Return 404 in the envelope."""
    return JsonResponse(envelope(404), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a request without a valid CSRF token: the envelope under /api/, else Django's page."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(envelope(403, "csrf_failed", reason), status=403)
    return csrf_failure_page(request, reason)
