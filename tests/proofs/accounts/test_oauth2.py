"""The OAuth2/OpenID Connect provider, as another application meets it."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as OAuth2Client
from allauth.idp.oidc.models import Token
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.oauth2.adapter import READ_SCOPE, WRITE_SCOPE
from apps.oauth2.keys import local_private_key
from proofs.accounts.signing_in import PASSWORD
from proofs.caching import CacheServer

CALLBACK = "https://app.example.com/callback"
TOKEN = "/identity/o/api/token"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

Register = Callable[..., dict[str, str]]


@pytest.fixture
def register(db: None, capsys: pytest.CaptureFixture[str]) -> Register:
    """Return a function that registers a client as an operator does, and returns what was printed."""

    def run(*arguments: str) -> dict[str, str]:
        call_command("create_oauth2_client", "App", *arguments)
        return dict(line.split(": ") for line in capsys.readouterr().out.splitlines())

    return run


def authorize(browser: Client, client_id: str, **overrides: str) -> Any:
    """Return the answer of the authorize page."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": f"openid {READ_SCOPE}",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **overrides,
    }
    return browser.get(f"/identity/o/authorize?{urlencode(query)}")


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden input."""
    match = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert match, html
    return match.group(1)


def grant(browser: Client, page: Any, *scopes: str) -> str:
    """Press Authorize and return the code in the redirect."""
    html = page.content.decode()
    form = {
        "csrfmiddlewaretoken": hidden(html, "csrfmiddlewaretoken"),
        "request": hidden(html, "request"),
        "scopes": list(scopes) or ["openid", READ_SCOPE],
        "action": "grant",
    }
    response = browser.post("/identity/o/authorize", form)
    assert response.status_code == 302, response.content
    target = urlsplit(response["Location"])
    query = parse_qs(target.query)
    assert (f"{target.scheme}://{target.netloc}{target.path}", query["state"]) == (CALLBACK, ["s"])
    return query["code"][0]


def exchange(client: Client, registered: dict[str, str], code: str, verifier: str = VERIFIER) -> tuple[int, Any]:
    """Return status and JSON of the token endpoint for a code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": verifier,
        **registered,
    }
    response = client.post(TOKEN, form)
    return response.status_code, response.json()


def tokens_for(browser: Client, user: User, registered: dict[str, str], *scopes: str) -> dict[str, Any]:
    """Return tokens that a user granted."""
    browser.force_login(user)
    page = authorize(browser, registered["client_id"], scope=" ".join(scopes or ["openid", READ_SCOPE]))
    status, answer = exchange(Client(), registered, grant(browser, page, *scopes))
    assert status == 200, answer
    tokens: dict[str, Any] = answer
    return tokens


def machine_token(registered: dict[str, str], scope: str) -> str:
    """Return a client-credentials token."""
    response = Client().post(TOKEN, {"grant_type": "client_credentials", "scope": scope, **registered})
    assert response.status_code == 200, response.content
    token: str = response.json()["access_token"]
    return token


def me(api: str, token: str, method: str = "GET") -> Any:
    """Return the answer for the current user."""
    body = '{"name": "New"}' if method == "PATCH" else ""
    return Client().generic(
        method, f"{api}users/me/", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )


def test_discovery_tells_a_client_all_it_needs(client: Client, db: None) -> None:
    answer = client.get("/.well-known/openid-configuration").json()
    assert answer["issuer"] == "http://testserver"
    assert answer["authorization_endpoint"] == "http://testserver/identity/o/authorize"
    assert answer["token_endpoint"] == "http://testserver/identity/o/api/token"
    assert answer["code_challenge_methods_supported"] == ["S256"]
    assert {"openid", READ_SCOPE, WRITE_SCOPE} <= set(answer["scopes_supported"])
    keys = client.get(answer["jwks_uri"]).json()["keys"]
    assert [key["kty"] for key in keys] == ["RSA"]
    assert "d" not in keys[0]


def test_a_secret_needs_no_quoting(register: Register) -> None:
    assert re.fullmatch(r"[\w-]{64}", register("--redirect-uri", CALLBACK)["client_secret"])


def test_a_user_logs_in_consents_and_the_application_reads_for_them(
    browser: Client, client: Client, api: str, user: User, register: Register
) -> None:
    registered = register("--redirect-uri", CALLBACK, "--public")
    page = authorize(browser, registered["client_id"])
    assert page.status_code == 302
    login = browser.get(page["Location"])
    form = {
        "csrfmiddlewaretoken": hidden(login.content.decode(), "csrfmiddlewaretoken"),
        "login": user.email,
        "password": PASSWORD,
        "next": hidden(login.content.decode(), "next").replace("&amp;", "&"),
    }
    response = browser.post("/accounts/login/", form)
    assert response.status_code == 302, response.content
    page = browser.get(response["Location"])
    assert "Read your data" in page.content.decode()
    code = grant(browser, page)

    status, answer = exchange(client, registered, code)
    assert status == 200, answer
    assert answer["token_type"] == "Bearer"
    assert set(answer["scope"].split()) == {"openid", READ_SCOPE}
    key = jwt.PyJWK(client.get("/.well-known/jwks.json").json()["keys"][0])
    claims = jwt.decode(answer["id_token"], key, audience=registered["client_id"], issuer="http://testserver")
    assert (claims["sub"], claims["nonce"]) == (str(user.pk), "n")

    assert me(api, answer["access_token"]).json()["email"] == user.email
    userinfo = client.get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert userinfo.json() == {"sub": str(user.pk)}
    assert exchange(client, registered, code)[0] == 400


def test_the_log_in_page_of_the_provider_asks_for_the_second_factor(
    browser: Client, user: User, register: Register
) -> None:
    TOTP.activate(user, generate_totp_secret())
    recovery_code = RecoveryCodes.activate(user).get_unused_codes()[0]
    registered = register("--redirect-uri", CALLBACK, "--public")
    login_url = authorize(browser, registered["client_id"])["Location"]
    html = browser.get(login_url).content.decode()
    token = hidden(html, "csrfmiddlewaretoken")
    following = hidden(html, "next").replace("&amp;", "&")
    form = {"csrfmiddlewaretoken": token, "login": user.email, "password": PASSWORD, "next": following}
    response = browser.post("/accounts/login/", form)
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    html = browser.get(response["Location"]).content.decode()
    form = {"csrfmiddlewaretoken": hidden(html, "csrfmiddlewaretoken"), "code": recovery_code}
    response = browser.post("/accounts/2fa/authenticate/", form)
    assert response.status_code == 302, response.content
    assert browser.get(response["Location"]).status_code == 200
    assert response["Location"].startswith("/identity/o/authorize")


def test_an_application_can_ask_to_log_in_again(browser: Client, user: User, register: Register) -> None:
    registered = register("--redirect-uri", CALLBACK, "--public")
    assert authorize(browser, registered["client_id"], prompt="login")["Location"].startswith("/accounts/login/")
    browser.force_login(user)
    location = authorize(browser, registered["client_id"], prompt="login")["Location"]
    assert location.startswith("/accounts/reauthenticate/")
    assert browser.get(location).status_code == 200


def test_a_public_client_must_use_pkce(browser: Client, client: Client, user: User, register: Register) -> None:
    registered = register("--redirect-uri", CALLBACK, "--public")
    browser.force_login(user)
    refused = authorize(browser, registered["client_id"], code_challenge="", code_challenge_method="")
    assert "error=invalid_request" in refused["Location"]
    code = grant(browser, authorize(browser, registered["client_id"]))
    assert exchange(client, registered, code, verifier="w" * 64) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "unknown"},
        {"redirect_uri": "https://evil.example.com/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"client_id": "\x00"},
        {"resource": "not a URL"},
    ],
)
def test_a_forged_authorize_link_stays_on_our_site(
    browser: Client, user: User, register: Register, wrong: dict[str, str]
) -> None:
    registered = register("--redirect-uri", CALLBACK, "--public")
    browser.force_login(user)
    response = authorize(browser, **{**registered, **wrong})
    assert response.status_code in (200, 400)  # allauth explains most errors on a page with 200
    assert "Location" not in response


def test_the_scope_decides_what_a_token_may_do(
    browser: Client,
    api: str,
    user: User,
    register: Register,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    registered = register(
        "--redirect-uri", CALLBACK, "--scope", "openid", "--scope", READ_SCOPE, "--scope", WRITE_SCOPE
    )
    reader = tokens_for(browser, user, registered, READ_SCOPE)["access_token"]
    with django_assert_num_queries(1):
        assert me(api, reader).status_code == 200
    response = me(api, reader, "PATCH")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert response.json()["detail"] == "The token lacks the scope api:write."
    assert response["WWW-Authenticate"] == 'Bearer realm="api", error="insufficient_scope", scope="api:write"'
    writer = tokens_for(browser, user, registered, WRITE_SCOPE)["access_token"]
    assert me(api, writer, "PATCH").status_code == 200
    assert me(api, writer).status_code == 403


def test_a_client_cannot_ask_for_more_than_it_was_registered_for(
    browser: Client, user: User, register: Register
) -> None:
    registered = register("--redirect-uri", CALLBACK)
    browser.force_login(user)
    assert "error=invalid_scope" in authorize(browser, registered["client_id"], scope=WRITE_SCOPE)["Location"]


def test_a_machine_acts_for_the_owner_of_its_client(
    api: str, user: User, register: Register, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    registered = register("--owner", user.email, "--scope", READ_SCOPE)
    token = machine_token(registered, READ_SCOPE)
    with django_assert_num_queries(1):
        assert me(api, token).json()["email"] == user.email
    assert me(api, token, "PATCH").status_code == 403
    OAuth2Client.objects.update(owner=None)
    assert me(api, token).status_code == 401


def test_the_tokens_of_machines_outlive_what_happens_to_other_users(api: str, user: User, register: Register) -> None:
    token = machine_token(register("--owner", user.email, "--scope", READ_SCOPE), READ_SCOPE)

    other = User.objects.create_user("other@example.com", PASSWORD)
    other.set_password("another-long-password")
    other.save()

    assert me(api, token).status_code == 200


def test_a_machine_cannot_log_in_with_a_wrong_secret(client: Client, user: User, register: Register) -> None:
    registered = register("--owner", user.email)
    form = {"grant_type": "client_credentials", "client_id": registered["client_id"], "client_secret": "wrong"}
    response = client.post(TOKEN, form)
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_refresh_rotates_and_an_old_token_is_refused(
    browser: Client, client: Client, api: str, user: User, register: Register
) -> None:
    registered = register("--redirect-uri", CALLBACK)
    old = tokens_for(browser, user, registered)
    form = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"], **registered}
    new = client.post(TOKEN, form)
    assert new.status_code == 200, new.content
    assert me(api, new.json()["access_token"]).status_code == 200
    assert client.post(TOKEN, form).json() == {"error": "invalid_grant"}


def test_a_token_ends_when_it_is_revoked_or_expires_or_its_user_leaves(
    browser: Client, client: Client, api: str, user: User, register: Register
) -> None:
    registered = register("--redirect-uri", CALLBACK)
    revoked, expired, orphaned = (tokens_for(browser, user, registered)["access_token"] for _ in range(3))
    assert client.post("/identity/o/api/revoke", {"token": revoked, **registered}).status_code == 200
    Token.objects.by_value(expired).update(expires_at=timezone.now() - timedelta(seconds=1))
    for token in (revoked, expired):
        response = me(api, token)
        assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert me(api, orphaned).status_code == 200
    User.objects.update(is_active=False)
    assert me(api, orphaned).status_code == 401


@pytest.mark.parametrize("change", ["password", "is_active", "delete"])
def test_all_tokens_end_with_a_password_change_deactivation_and_deletion(
    browser: Client, client: Client, api: str, user: User, register: Register, change: str
) -> None:
    registered = register("--redirect-uri", CALLBACK)
    tokens = tokens_for(browser, user, registered)
    user.name = "Renamed"
    user.save()
    assert me(api, tokens["access_token"]).status_code == 200

    if change == "password":
        user.set_password("another-long-password")
        user.save()
    elif change == "is_active":
        user.is_active = False
        user.save(update_fields=["is_active"])
    else:
        user.delete()

    assert me(api, tokens["access_token"]).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **registered}
    assert client.post(TOKEN, form).status_code == 400
    assert not Token.objects.exists()


def test_a_token_for_another_resource_is_refused(browser: Client, api: str, user: User, register: Register) -> None:
    registered = register("--redirect-uri", CALLBACK)
    token = tokens_for(browser, user, registered)["access_token"]
    stored = Token.objects.by_value(token).get()
    for resource, status in (("https://other.example.com/", 401), ("http://testserver/api/", 200)):
        stored.set_resources([resource])
        stored.save()
        assert me(api, token).status_code == status


def test_other_tokens_of_the_provider_do_not_open_the_api(
    browser: Client, api: str, user: User, register: Register
) -> None:
    registered = register("--redirect-uri", CALLBACK)
    tokens = tokens_for(browser, user, registered, "openid", READ_SCOPE)
    for name in ("id_token", "refresh_token"):
        assert me(api, tokens[name]).status_code == 401


@pytest.mark.parametrize("arguments", [(), ("--owner", "nobody@example.com"), ("--public", "--owner", "a@b.c")])
def test_the_command_explains_what_is_missing(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("create_oauth2_client", "App", *arguments)


def test_keys_rotate_by_their_order(client: Client, db: None, settings: Any, tmp_path: Any) -> None:
    new, old = (local_private_key(tmp_path / name) for name in ("new", "old"))
    settings.OIDC_PRIVATE_KEY = f"{new}\n{old}"
    kids = [key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]]
    assert len(set(kids)) == 2
    from allauth.core.internal.jwkkit import load_jwk_from_pem  # noqa: PLC0415
    from allauth.idp.oidc.adapter import get_adapter  # noqa: PLC0415

    assert load_jwk_from_pem(get_adapter().get_signing_key().pem)[0]["kid"] == kids[0]


def test_only_a_superuser_chooses_the_owner_of_a_client(client: Client, user: User, register: Register) -> None:
    register("--owner", user.email)
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    user.is_staff = True
    user.save()
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="allauth_idp_oidc"))
    client.force_login(user)
    assert 'name="owner"' not in client.get("/admin/allauth_idp_oidc/client/add/").content.decode()
    User.objects.update(is_superuser=True)
    assert 'name="owner"' in client.get("/admin/allauth_idp_oidc/client/add/").content.decode()


@pytest.mark.parametrize("path", ["token", "revoke", "device/code", "userinfo"])
@pytest.mark.parametrize("query", ["?a=%zz", "?client_id=%00"])
@pytest.mark.parametrize("resource", ["", "http://[", "https://a//b", "\x00"])
def test_malformed_input_is_the_clients_fault(client: Client, db: None, path: str, query: str, resource: str) -> None:
    form = {"grant_type": "authorization_code", "client_id": "\x00", "code": "a b\x00", "resource": resource}
    response = client.post(f"/identity/o/api/{path}{query}", form)
    assert 400 <= response.status_code < 500
    assert "error" in response.json()


def test_a_code_issued_while_the_cache_is_down_is_refused_politely(
    browser: Client, user: User, register: Register, cache_server: CacheServer, settings: Any
) -> None:
    settings.CACHES = cache_server.settings
    registered = register("--redirect-uri", CALLBACK)
    browser.force_login(user)

    code = grant(browser, authorize(browser, registered["client_id"]))

    assert exchange(Client(), registered, code) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("key", ["", "word", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_deployment_without_a_usable_key_or_a_shared_cache_is_refused(settings: Any, key: str) -> None:
    settings.OIDC_PRIVATE_KEY = key
    found = run_checks(tags=["caches", "security"], include_deployment_checks=True)
    assert {"oauth2.E001", "oauth2.E002"} <= {message.id for message in found}


def test_a_deployment_with_both_is_accepted(settings: Any, tmp_path: Any) -> None:
    settings.OIDC_PRIVATE_KEY = local_private_key(tmp_path / "key")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    found = run_checks(tags=["caches", "security"], include_deployment_checks=True)
    assert not {message.id for message in found} & {"oauth2.E001", "oauth2.E002"}
