"""Middleware for the responses under /api/."""

import json

from django.http import HttpRequest, HttpResponse

from apps.api.errors import envelope
from apps.observability.middleware import Around, around_view


@around_view
def api_errors(request: HttpRequest) -> Around:
    """Give every error under /api/ the envelope, whether from a view, a middleware or Django itself."""
    response = yield
    if not request.path_info.startswith("/api/"):
        return
    response.headers.setdefault("Cache-Control", "no-store")
    is_json = response.get("Content-Type") == "application/json"
    if response.status_code >= 400 and isinstance(response, HttpResponse) and not is_json:
        # In place: headers such as Allow and cookies stay.
        response.content = json.dumps(envelope(response.status_code))
        response["Content-Type"] = "application/json"
        response["Content-Length"] = str(len(response.content))
