"""The Content-Security-Policy of pages whose forms end at a client or at a social provider.

Chromium applies `form-action` to the redirects after a form as well.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.observability.middleware import Around, around_view

# In the session: the origin of the client for which the user is logging in.
CLIENT_ORIGIN = "oauth2_client_origin"


@around_view
def log_in_forms(request: HttpRequest) -> Around:
    """Allow allauth's pages to redirect to the waiting client, and the page of a social provider to redirect there."""
    response = yield
    match = request.resolver_match
    if match and request.path_info.startswith("/accounts/"):
        name = match.url_name or ""
        social = [f"{request.scheme}:"] if name.endswith("_login") and name != "account_login" else []
        form_action(response, *filter(None, [request.session.get(CLIENT_ORIGIN)]), *social)


def form_action[T: HttpResponseBase](response: T, *sources: str) -> T:
    """Add sources to the `form-action` of a response, and return it."""
    policy = settings.SECURE_CSP
    response._csp_config = {**policy, "form-action": [*policy["form-action"], *sources]}  # type: ignore[attr-defined]  # noqa: SLF001 - as csp_override does
    return response
