"""Views of the API that are independent of its framework."""

from collections.abc import Callable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView


def docs_view(swagger_ui: str) -> Callable[..., HttpResponseBase]:
    """Return the view of Swagger UI, with a form to log in, for the OpenAPI document beside it.

    Args:
        swagger_ui: the folder of Swagger UI among the static files.
    """
    context = {"clients": settings.HEADLESS_CLIENTS, "swagger_ui": swagger_ui}
    view = TemplateView.as_view(template_name="api_docs.html", extra_context=context)
    return csrf_exempt(require_safe(ensure_csrf_cookie(view)))
