"""The API's own documentation: the OpenAPI document and Swagger UI, the same for every framework."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.generic import TemplateView

from apps.api.openapi import complete
from apps.api.throttling import throttle_visitors

JSON = "application/json"
YAML = "application/yaml"
FORMATS = {"json": JSON, "yaml": YAML}


def unnamed_document(address: str) -> Mapping[str, Any]:
    """Stand in for `build` where none was given: as_view() accepts only what the class already has."""
    raise ImproperlyConfigured(f"The view of the OpenAPI document at {address} was given nothing to build it with.")


@method_decorator([csrf_exempt, throttle_visitors], name="dispatch")
class ApiSchemaView(View):
    """The OpenAPI document: JSON, or YAML by `Accept` or `?format=yaml`. Built once for each address it is served at.

    Args to `as_view`:
        build: takes the API's address, such as `/api/v1/`, and returns the framework's own document.
    """

    http_method_names = ["get"]
    build: Callable[[str], Mapping[str, Any]] = staticmethod(unnamed_document)

    def get(self, request: HttpRequest) -> HttpResponse:
        document = build_document(self.build, request.path.removesuffix("schema/"))
        wanted = FORMATS.get(request.GET.get("format", "")) or request.get_preferred_type([JSON, YAML])
        if wanted == YAML:
            text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
            return HttpResponse(text, content_type=YAML)
        return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=JSON)


@cache
def build_document(build: Callable[[str], Mapping[str, Any]], address: str) -> dict[str, Any]:
    """Return the complete document of the API at `address`."""
    return complete(build(address))


@method_decorator([csrf_exempt, ensure_csrf_cookie], name="dispatch")
class ApiDocsView(TemplateView):
    """Swagger UI with a place to sign in, from local files and without inline scripts, as the site's policy wants it.

    Args to `as_view`:
        swagger_ui: the folder of Swagger UI among the static files.
    """

    http_method_names = ["get"]
    template_name = "api_docs.html"
    extra_context = {"name": settings.PROJECT_NAME, "clients": settings.HEADLESS_CLIENTS}
    swagger_ui = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(swagger_ui=self.swagger_ui, **kwargs)
