"""An application that signs its users in with the provider."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from apps.accounts.models import User
from apps.oauth2.provider.models import Application

CALLBACK = "https://app.example.com/callback"
AUTHORIZE = "/oauth2/authorize/"
TOKEN = "/oauth2/token/"
REVOKE = "/oauth2/revoke/"
INTROSPECT = "/oauth2/introspect/"
USERINFO = "/oauth2/userinfo/"
SECRET = "a-secret-that-nobody-guesses"
VERIFIER = "v" * 64

type Credentials = dict[str, str]
type Register = Callable[..., Credentials]


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def register(*, public: bool = False, **fields: Any) -> Credentials:
    """Register a client, and return with what it names itself to the token endpoint."""
    client = Application.objects.create(
        **{
            "name": "App",
            "redirect_uris": CALLBACK,
            "client_type": Application.CLIENT_PUBLIC if public else Application.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
            "client_secret": SECRET,
            "scopes": "openid profile email api:read api:write",
            **fields,
        }
    )
    return {"client_id": client.client_id} | ({} if public else {"client_secret": SECRET})


def register_machine(owner: User, **fields: Any) -> Credentials:
    grant = Application.GRANT_CLIENT_CREDENTIALS
    return register(user=owner, redirect_uris="", authorization_grant_type=grant, **fields)


def authorization_url(client_id: str, **overrides: str | None) -> str:
    """Return the URL to which the application sends the browser."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid api:read",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **overrides,
    }
    return f"{AUTHORIZE}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def hidden(page: Any, name: str) -> str:
    """Return the value of a hidden input."""
    match = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert match, page.content
    return match.group(1).replace("&amp;", "&")


def allow(browser: Client, url: str, callback: str = CALLBACK) -> str:
    """Open the consent page, press Allow and return the code in the redirect."""
    page = browser.get(url)
    assert page.status_code == 200, page
    answer = browser.post(url, {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"), "allow": "yes"})
    return answer_of(answer, callback)["code"]


def answer_of(response: Any, callback: str = CALLBACK) -> dict[str, str]:
    """Return the parameters of a redirect to the application."""
    assert response.status_code == 302, response.content
    target = urlsplit(response["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == callback
    parameters = {name: value for name, [value] in parse_qs(target.query).items()}
    assert (parameters.pop("state"), parameters.pop("iss")) == ("s", "http://testserver")
    return parameters


def redeem(credentials: Credentials, code: str, **overrides: str | None) -> Any:
    """Return the token endpoint's response to an authorization code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    form |= credentials | overrides  # type: ignore[assignment]
    return Client().post(TOKEN, {name: value for name, value in form.items() if value is not None})


def refresh(credentials: Credentials, refresh_token: str, **more: str) -> Any:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **credentials, **more}
    return Client().post(TOKEN, form)


def tokens_for(user: User, credentials: Credentials, **overrides: str | None) -> dict[str, Any]:
    """Return the tokens that a user grants to a client."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    response = redeem(credentials, allow(browser, authorization_url(credentials["client_id"], **overrides)))
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def machine_token(credentials: Credentials, scope: str = "api:read") -> str:
    response = Client().post(TOKEN, {"grant_type": "client_credentials", "scope": scope, **credentials})
    assert response.status_code == 200, response.content
    token: str = response.json()["access_token"]
    return token


def me(api: str, token: str, method: str = "GET") -> Any:
    """Return the API's response about the current user."""
    body = '{"name": "New"}' if method == "PATCH" else ""
    bearer = {"Authorization": f"Bearer {token}"}
    caller = Client(raise_request_exception=False)  # a 5xx is a response too
    return caller.generic(method, f"{api}users/me/", body, content_type="application/json", headers=bearer)
