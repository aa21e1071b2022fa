"""Access to the OpenAPI document and Swagger UI."""

import json
from collections.abc import Callable
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.api.ninja.throttling import refuse_too_many


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve everybody, within the rate for anonymous clients; the document as YAML by `Accept` or `?format=yaml`."""

    @csrf_exempt
    @require_safe
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if refusal := refuse_too_many(request):
            return refusal
        response = view(request, **kwargs)
        wanted = request.GET.get("format") or request.get_preferred_type(["application/json", "application/yaml"]) or ""
        if response["Content-Type"] == "application/json" and wanted.endswith("yaml"):
            content = yaml.safe_dump(json.loads(response.content), sort_keys=False, allow_unicode=True)
            return HttpResponse(content, content_type="application/yaml")
        return response

    return wrapper
