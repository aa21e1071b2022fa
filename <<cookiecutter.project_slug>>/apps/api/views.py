"""Views of the API that are independent of its framework."""

from collections.abc import Callable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

# The folder of Swagger UI among the static files.
# % if cookiecutter.api == "ninja"
SWAGGER_UI = "ninja"
# % else
SWAGGER_UI = "drf_spectacular_sidecar/swagger-ui-dist"

# % endif -


def docs_view(document: str) -> Callable[..., HttpResponseBase]:
    """Return the view of Swagger UI, with a form to log in, for the OpenAPI document at the relative URL `document`."""
    context = {"clients": settings.HEADLESS_CLIENTS, "document": document, "swagger_ui": SWAGGER_UI}
    view = TemplateView.as_view(template_name="api_docs.html", extra_context=context)
    return csrf_exempt(require_safe(ensure_csrf_cookie(view)))
