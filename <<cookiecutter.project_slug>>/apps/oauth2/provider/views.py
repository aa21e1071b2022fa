"""Endpoints of the OAuth2 and OpenID Connect provider: those of django-oauth-toolkit, made stricter."""

import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic.base import TemplateResponseMixin, View
from oauth2_provider import views
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.http import OAuth2ResponseRedirect
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import is_valid_resource_uri
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.base import BaseAuthorizationView
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request, add_params_to_uri
from oauthlib.oauth2.rfc6749 import errors

from apps.oauth2.provider.middleware import CLIENT_ORIGIN, form_action
from apps.oauth2.provider.models import Application


@method_decorator(never_cache, name="dispatch")
class AuthorizationView(TemplateResponseMixin, BaseAuthorizationView):
    """Ask the user, each time, whether a client may act for them.

    The toolkit's own view takes the answer's details from hidden fields, lets a client skip the question
    (`approval_prompt`) and fails on `prompt=none`.
    """

    template_name = "oauth2/authorize.html"
    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.scopes, credentials = self.validate_authorization_request(request)
            self.oauth_request: Request = credentials["request"]
            return self.answer()
        except OAuthToolkitError as error:
            return self.error_response(error, application=None)

    def answer(self) -> HttpResponse:
        """Return the response to a valid request. Raises OAuthToolkitError, which goes to the client."""
        self.prompt = self.request.GET.get("prompt", "").split()
        if not all(map(is_valid_resource_uri, self.request.GET.getlist("resource"))):
            raise OAuthToolkitError(errors.CustomOAuth2Error("invalid_target", request=self.oauth_request))
        if self.must_log_in():
            return self.ask_to_log_in()
        if self.request.method == "POST":
            return self.decide(allow="allow" in self.request.POST)
        if self.oauth_request.client.skip_authorization:
            return self.decide(allow=True)
        if "none" in self.prompt:
            raise OAuthToolkitError(errors.ConsentRequired(request=self.oauth_request))
        return self.ask_for_consent()

    def must_log_in(self) -> bool:
        """Return whether the user has yet to log in, or to do so again (OpenID Connect Core, 3.1.2.1)."""
        user = self.request.user
        if not user.is_authenticated or "login" in self.prompt:
            return True
        records = get_authentication_records(self.request, user)
        if records and (at := datetime.fromtimestamp(records[-1]["at"], UTC)) > (user.last_login or at):
            user.last_login = at  # to prove it is you again is a log-in; clients see it as auth_time
            user.save(update_fields=["last_login"])
        max_age = self.request.GET.get("max_age", "")
        age = time.time() - user.last_login.timestamp() if user.last_login else 0
        return max_age.isdecimal() and age >= int(max_age)

    def ask_to_log_in(self) -> HttpResponse:
        user = self.request.user
        methods = get_adapter().get_reauthentication_methods(user)  # none for a user who is not logged in
        if "none" in self.prompt or (user.is_authenticated and not methods):
            raise OAuthToolkitError(errors.LoginRequired(request=self.oauth_request))
        self.request.session[CLIENT_ORIGIN] = self.client_origin()
        query = self.request.GET.copy()
        for satisfied in ("prompt", "max_age"):
            query.pop(satisfied, None)
        login_url = methods[0]["url"] if methods else resolve_url(settings.LOGIN_URL)
        return redirect_to_login(f"{self.request.path}?{query.urlencode()}", login_url)

    def ask_for_consent(self) -> HttpResponse:
        context = {
            "application": self.oauth_request.client,
            "origin": self.client_origin(),
            "scopes": [oauth2_settings.SCOPES[scope] for scope in self.scopes],
        }
        return form_action(self.render_to_response(context), self.client_origin())

    def decide(self, *, allow: bool) -> HttpResponse:
        """Redirect to the client with a code or an error. All but the answer itself is in the URL, as validated."""
        client = self.oauth_request.client
        credentials = {name: getattr(self.oauth_request, name) for name in ("client_id", "redirect_uri", "state")}
        credentials["resource"] = self.request.GET.getlist("resource")
        with transaction.atomic():
            uri, *_ = self.create_authorization_response(self.request, " ".join(self.scopes), credentials, allow)
        return self.redirect(uri, client)

    def redirect(self, redirect_to: str, application: Any) -> HttpResponse:
        """Redirect to a URI of a client, and name the issuer in errors too (RFC 9207, 2)."""
        if "iss" not in parse_qs(urlsplit(redirect_to).query):
            issuer = oauth2_settings.oauth2_authorization_server_issuer(self.request)
            redirect_to = add_params_to_uri(redirect_to, [("iss", issuer)])
        return OAuth2ResponseRedirect(redirect_to, Application().get_allowed_schemes())

    def client_origin(self) -> str:
        uri = urlsplit(self.oauth_request.redirect_uri)
        return f"{uri.scheme}://{uri.netloc}"


class TokenView(views.TokenView):
    """Issue tokens in one transaction: of two requests with one code or refresh token the second waits for the first.

    Without the toolkit's device grant, which any client may redeem.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            response = self.authorization_flow_token_response(request)
        response["Content-Type"] = "application/json"  # which the toolkit forgets for some errors
        return response


@method_decorator(csrf_exempt, name="dispatch")
class IntrospectTokenView(OAuthLibMixin, View):
    """Tell a client about its own tokens (RFC 7662); the toolkit's own view tells about everybody's."""

    def post(self, request: HttpRequest) -> HttpResponse:
        core = self.get_oauthlib_core()
        oauth_request = Request(*core._extract_params(request))  # noqa: SLF001 - as the toolkit itself does
        if not core.server.request_validator.authenticate_client(oauth_request):
            return JsonResponse({"error": "invalid_client"}, status=401)
        token = request.POST.get("token")
        checksum = sha256((token or "").encode()).hexdigest()
        others = AccessToken.objects.filter(token_checksum=checksum).exclude(application=oauth_request.client)
        return views.IntrospectTokenView.get_token_response("" if others.exists() else token)


class DiscoveryView(views.ConnectDiscoveryInfoView):
    """Publish the metadata of OpenID Connect Discovery 1.0 and RFC 8414 in one document."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        documents = views.OAuthServerMetadataView().get(request), super().get(request)
        metadata = {name: value for document in documents for name, value in json.loads(document.content).items()}
        metadata["id_token_signing_alg_values_supported"] = ["RS256"]
        return JsonResponse(metadata, headers={"Access-Control-Allow-Origin": "*"})
