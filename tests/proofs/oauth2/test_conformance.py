"""What the specifications of OAuth 2.0 and OpenID Connect demand of a provider; each test names the section."""

import time
from threading import Barrier
from typing import Any

import jwt
import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from apps.accounts.models import User
from apps.oauth2.provider.models import Application
from proofs.accounts.signing_in import PASSWORD, mailed_code
from proofs.oauth2.flows import (
    AUTHORIZE,
    CALLBACK,
    INTROSPECT,
    REVOKE,
    SECRET,
    TOKEN,
    USERINFO,
    VERIFIER,
    Credentials,
    allow,
    answer_of,
    authorization_url,
    challenge_of,
    hidden,
    machine_token,
    me,
    redeem,
    refresh,
    register,
    register_machine,
    tokens_for,
)
from proofs.postgresql import Threads, on_postgresql
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SIMULTANEOUS = 4


@pytest.fixture
def client_of_app(db: None) -> Credentials:
    return register()


@pytest.fixture
def public(db: None) -> Credentials:
    return register(public=True)


@pytest.fixture
def signed_in(browser: Client, user: User) -> Client:
    browser.force_login(user)
    return browser


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


# RFC 6749: OAuth 2.0


def test_rfc6749_3_1_2_the_redirect_uri_is_absolute_and_has_no_fragment() -> None:
    for uri in ("/callback", "https://app.example.com/#", "https://app.example.com/#x", "javascript:alert(1)"):
        with pytest.raises(ValidationError):
            register_cleanly(uri)
    for uri in ("data:text/html,x", "http://app.example.com/", "https:///x", "com.example.app:/x", "https://*.a.com/"):
        with pytest.raises(ValidationError):
            register_cleanly(uri)
    register_cleanly("https://app.example.com/callback?tenant=1")


def register_cleanly(redirect_uri: str) -> None:
    client = Application(
        redirect_uris=redirect_uri, client_type="public", authorization_grant_type="authorization-code"
    )
    client.full_clean()


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example.com/callback",
        "https://APP.example.com/callback",
        "HTTPS://app.example.com/callback",
        f"{CALLBACK}\n",
        f" {CALLBACK}",
        f"{CALLBACK}/",
        f"{CALLBACK}#",
        f"{CALLBACK}#x",
        f"{CALLBACK}?",
        f"{CALLBACK}?next=//evil.example.com",
        f"{CALLBACK};x",
        f"{CALLBACK}/../callback",
        "https://app.example.com:443/callback",
        "https://app.example.com@evil.example.com/callback",
        "https://u@app.example.com/callback",
        "http://app.example.com/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "//app.example.com/callback",
        "\x00",
        "",
    ],
)
def test_rfc9700_4_1_3_the_redirect_uri_is_compared_as_text(
    signed_in: Client, client_of_app: Credentials, uri: str
) -> None:
    url = authorization_url(client_of_app["client_id"], redirect_uri=uri)
    for response in (signed_in.get(url), signed_in.post(url, {"allow": "yes"}), Client().get(url)):
        assert response.status_code in {400, 403}  # 403: a POST without the page's CSRF token
        assert "Location" not in response


@pytest.mark.parametrize("overrides", [{"client_id": "unknown"}, {"client_id": "\x00"}, {"client_id": None}])
def test_rfc6749_4_1_2_1_an_unknown_client_gets_no_redirect(signed_in: Client, overrides: dict[str, Any]) -> None:
    response = signed_in.get(authorization_url(**{"client_id": "x", **overrides}))

    assert response.status_code == 400
    assert "Location" not in response


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_type": "none"}, "unauthorized_client"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"resource": "not a URL"}, "invalid_target"),
    ],
)
def test_rfc6749_4_1_2_1_other_errors_go_to_the_client(
    signed_in: Client, client_of_app: Credentials, overrides: dict[str, Any], error: str
) -> None:
    response = signed_in.get(authorization_url(client_of_app["client_id"], **overrides))

    assert answer_of(response)["error"] == error


def test_rfc6749_3_3_a_client_gets_its_own_scopes_only(signed_in: Client, user: User, api: str) -> None:
    reader = register(scopes="openid api:read")
    for asked in ("api:write", "api:read api:write", "openid email"):
        url = authorization_url(reader["client_id"], scope=asked)
        assert answer_of(signed_in.get(url))["error"] == "invalid_scope"
        form = {"grant_type": "client_credentials", "scope": asked, **register_machine(user, scopes="api:read")}
        assert error_of(Client().post(TOKEN, form)) == (400, "invalid_scope")
    assert tokens_for(user, reader, scope=None)["scope"] == "api:read"
    writer = register()
    token = tokens_for(user, writer, scope="api:read api:write")["access_token"]
    assert me(api, token, "PATCH").status_code == 200

    Application.objects.filter(client_id=writer["client_id"]).update(scopes="api:read")

    assert (me(api, token, "PATCH").status_code, me(api, token).status_code) == (403, 200)


@pytest.mark.parametrize("scopes", ["everything", "api:read api", "API:READ", "api:read,api:write"])
def test_rfc6749_3_3_a_client_has_scopes_that_exist(scopes: str) -> None:
    client = Application(redirect_uris=CALLBACK, client_type="public", authorization_grant_type="authorization-code")
    client.scopes = scopes
    with pytest.raises(ValidationError, match="Unknown scopes"):
        client.full_clean()


def test_rfc6749_4_1_2_1_a_user_who_refuses(signed_in: Client, client_of_app: Credentials) -> None:
    url = authorization_url(client_of_app["client_id"])
    token = hidden(signed_in.get(url), "csrfmiddlewaretoken")

    assert answer_of(signed_in.post(url, {"csrfmiddlewaretoken": token}))["error"] == "access_denied"


def test_rfc6749_10_12_nobody_else_can_answer_for_the_user(signed_in: Client, client_of_app: Credentials) -> None:
    assert signed_in.post(authorization_url(client_of_app["client_id"]), {"allow": "yes"}).status_code == 403


def test_rfc6749_10_13_the_consent_page_cannot_be_framed_or_stored(
    signed_in: Client, client_of_app: Credentials
) -> None:
    page = signed_in.get(authorization_url(client_of_app["client_id"]))

    assert page["X-Frame-Options"] == "DENY"
    assert "no-store" in page["Cache-Control"]


def test_rfc6749_4_1_2_a_code_is_honoured_once_and_takes_back_what_it_gave(
    signed_in: Client, client_of_app: Credentials, api: str
) -> None:
    code = allow(signed_in, authorization_url(client_of_app["client_id"]))
    first = redeem(client_of_app, code)
    second = refresh(client_of_app, first.json()["refresh_token"])
    assert me(api, second.json()["access_token"]).status_code == 200

    assert error_of(redeem(client_of_app, code)) == (400, "invalid_grant")

    assert me(api, first.json()["access_token"]).status_code == 401
    assert me(api, second.json()["access_token"]).status_code == 401
    assert error_of(refresh(client_of_app, second.json()["refresh_token"])) == (400, "invalid_grant")


def test_rfc6749_4_1_2_a_code_is_the_clients_own_and_lives_a_minute(
    signed_in: Client, client_of_app: Credentials
) -> None:
    code = allow(signed_in, authorization_url(client_of_app["client_id"]))
    assert error_of(redeem(register(), code)) == (400, "invalid_grant")
    [grant] = Grant.objects.all()
    assert 0 < (grant.expires - timezone.now()).total_seconds() <= 60
    Grant.objects.update(expires=timezone.now())

    assert error_of(redeem(client_of_app, code)) == (400, "invalid_grant")


def test_rfc6749_4_1_3_the_redirect_uri_is_that_of_the_request(signed_in: Client) -> None:
    credentials = register(redirect_uris=f"{CALLBACK} https://app.example.com/other")
    code = allow(signed_in, authorization_url(credentials["client_id"]))

    for other in ("https://app.example.com/other", f"{CALLBACK}\n", None):
        assert redeem(credentials, code, redirect_uri=other).status_code == 400
    assert redeem(credentials, code).status_code == 200


@pytest.mark.parametrize("name", ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"])
def test_rfc6749_3_2_no_parameter_is_there_twice(signed_in: Client, client_of_app: Credentials, name: str) -> None:
    code = allow(signed_in, authorization_url(client_of_app["client_id"]))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    form |= client_of_app

    twice = Client().post(TOKEN, form | {name: ["other", form[name]], "resource": ["https://a.example"] * 2})

    assert error_of(twice) == (400, "invalid_request")
    assert redeem(client_of_app, code).status_code == 200


def test_rfc6749_2_3_1_a_confidential_client_needs_its_secret(signed_in: Client, client_of_app: Credentials) -> None:
    code = allow(signed_in, authorization_url(client_of_app["client_id"]))

    for secret in ("wrong", "", None, "\x00"):
        assert error_of(redeem(client_of_app, code, client_secret=secret)) == (401, "invalid_client")
    assert redeem(client_of_app, code).status_code == 200


@pytest.mark.parametrize("secret", [SECRET, "", None])
@pytest.mark.parametrize("stored", [SECRET, ""])
def test_rfc6749_4_4_a_public_client_gets_no_client_credentials(user: User, secret: str | None, stored: str) -> None:
    credentials = register_machine(user, public=True, client_secret=stored)
    form = {"grant_type": "client_credentials", "scope": "api:read", **credentials}
    answers = [
        Client().post(TOKEN, form | ({} if secret is None else {"client_secret": secret})),
        Client().post(TOKEN, form, headers={"Authorization": basic(credentials["client_id"], secret or "")}),
    ]

    assert [error_of(answer) for answer in answers] == [(401, "invalid_client")] * 2


def test_rfc6749_4_4_a_blank_secret_is_none(user: User) -> None:
    credentials = register_machine(user, client_secret="")
    form = {"grant_type": "client_credentials", "client_id": credentials["client_id"], "client_secret": ""}

    assert error_of(Client().post(TOKEN, form)) == (401, "invalid_client")
    header = {"Authorization": basic(credentials["client_id"], "")}
    assert error_of(Client().post(TOKEN, {"grant_type": "client_credentials"}, headers=header))[0] == 401


def basic(name: str, password: str) -> str:
    import base64  # noqa: PLC0415

    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_rfc6749_5_1_tokens_are_not_stored_by_caches(client_of_app: Credentials, user: User) -> None:
    form = {"grant_type": "client_credentials", **register_machine(user)}

    assert "no-store" in Client().post(TOKEN, form)["Cache-Control"]


def test_rfc6749_6_a_refresh_token_is_the_clients_own_and_widens_no_scope(
    client_of_app: Credentials, user: User
) -> None:
    token = tokens_for(user, client_of_app)["refresh_token"]

    assert error_of(refresh(register(), token)) == (400, "invalid_grant")
    assert error_of(refresh(client_of_app, token, scope="api:read api:write")) == (400, "invalid_scope")
    assert refresh(client_of_app, token, scope="api:read").json()["scope"] == "api:read"


# RFC 6750: bearer tokens


def test_rfc6750_3_1_an_invalid_token_and_a_missing_scope(client_of_app: Credentials, user: User, api: str) -> None:
    unknown = me(api, "unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "authentication_failed")
    assert 'error="invalid_token"' in unknown["WWW-Authenticate"]
    reader = tokens_for(user, client_of_app, scope="api:read")["access_token"]
    refused = me(api, reader, "PATCH")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert refused["WWW-Authenticate"] == 'Bearer realm="api", error="insufficient_scope", scope="api:write"'
    writer = tokens_for(user, client_of_app, scope="api:write")["access_token"]
    assert (me(api, writer, "PATCH").status_code, me(api, writer).status_code) == (200, 403)


def test_rfc6750_2_3_a_token_in_the_query_string_is_not_read(client_of_app: Credentials, user: User, api: str) -> None:
    token = tokens_for(user, client_of_app)["access_token"]

    assert Client().get(f"{api}users/me/?access_token={token}").status_code == 401
    assert Client().get(f"{USERINFO}?access_token={token}").status_code == 401


# RFC 7009: revocation


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_rfc7009_2_1_a_client_revokes_its_own_tokens(
    client_of_app: Credentials, user: User, api: str, name: str
) -> None:
    tokens = tokens_for(user, client_of_app)
    other, form = register(name="Other"), {"token": tokens[name]}
    assert Client().post(REVOKE, form | other).status_code == 200
    assert Client().post(REVOKE, form).status_code == 401
    assert Client().post(REVOKE, form | {"client_id": client_of_app["client_id"]}).status_code == 401
    assert me(api, tokens["access_token"]).status_code == 200

    assert Client().post(REVOKE, form | client_of_app).status_code == 200

    assert me(api, tokens["access_token"]).status_code == 401
    assert refresh(client_of_app, tokens["refresh_token"]).status_code == 400


# RFC 7636: proof key for code exchange, and RFC 9700, 2.1.1 and 4.8


@pytest.mark.parametrize(
    "overrides",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": "", "code_challenge_method": "S256"},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": VERIFIER, "code_challenge_method": None},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "none"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 200},
        {"code_challenge": challenge_of(VERIFIER) + "\n"},
    ],
)
@pytest.mark.parametrize("is_public", [True, False])
def test_rfc7636_4_3_only_s256_is_offered_and_it_is_required(
    signed_in: Client,
    overrides: dict[str, Any],
    is_public: bool,  # noqa: FBT001
) -> None:
    credentials = register(public=is_public)
    for url in [authorization_url(credentials["client_id"], **overrides)]:
        page = signed_in.get(url)

        assert answer_of(page)["error"] == "invalid_request"


@pytest.mark.parametrize("verifier", ["w" * 64, "", None, challenge_of(VERIFIER)])
def test_rfc7636_4_6_the_verifier_is_checked(signed_in: Client, public: Credentials, verifier: str | None) -> None:
    code = allow(signed_in, authorization_url(public["client_id"]))

    assert redeem(public, code, code_verifier=verifier).status_code == 400
    assert not AccessToken.objects.exists()


def test_rfc9700_4_8_2_no_downgrade(signed_in: Client, public: Credentials) -> None:
    """A code without a challenge is not redeemed, with or without a verifier."""
    code = allow(signed_in, authorization_url(public["client_id"]))
    Grant.objects.update(code_challenge="", code_challenge_method="")

    for verifier in (VERIFIER, None):
        assert redeem(public, code, code_verifier=verifier).status_code == 400


# RFC 7662: introspection


def test_rfc7662_4_a_client_learns_of_its_own_tokens_only(client_of_app: Credentials, user: User) -> None:
    own = tokens_for(user, client_of_app)["access_token"]
    others = tokens_for(user, register(name="Other"))["access_token"]

    def active(token: str) -> bool:
        answer: bool = Client().post(INTROSPECT, {"token": token, **client_of_app}).json()["active"]
        return answer

    assert (active(own), active(others), active("unknown"), active("\x00")) == (True, False, False, False)


def test_rfc7662_2_1_nobody_learns_anything_without_a_clients_secret(
    client_of_app: Credentials, public: Credentials, user: User
) -> None:
    token = tokens_for(user, client_of_app)["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    assert error_of(Client().post(INTROSPECT, {"token": token})) == (401, "invalid_client")
    assert error_of(Client().post(INTROSPECT, {"token": token}, headers=bearer)) == (401, "invalid_client")
    assert error_of(Client().post(INTROSPECT, {"token": token, **public})) == (401, "invalid_client")
    assert Client().get(INTROSPECT, {"token": token, **client_of_app}).status_code == 405


# RFC 8252: native apps


@pytest.mark.parametrize(
    ("registered", "callback"),
    [
        ("http://127.0.0.1/done", "http://127.0.0.1:51004/done"),
        ("http://127.0.0.1:8000/done", "http://127.0.0.1/done"),
        ("http://[::1]:1/done", "http://[::1]:65535/done"),
    ],
)
def test_rfc8252_7_3_any_port_of_a_registered_loopback_address(
    signed_in: Client, registered: str, callback: str
) -> None:
    register_cleanly(registered)
    credentials = register(public=True, redirect_uris=f"{CALLBACK} {registered}")
    url = authorization_url(credentials["client_id"], redirect_uri=callback)
    assert answer_of(signed_in.get(f"{url}&prompt=none"), callback)["error"] == "consent_required"

    code = allow(signed_in, url, callback)

    assert redeem(credentials, code, redirect_uri=registered).status_code == 400
    assert redeem(credentials, code, redirect_uri=callback).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        *("http://127.0.0.1:51004/", "http://127.0.0.1:51004/done/", "http://127.0.0.1:51004/done?x=1"),
        *("http://127.0.0.1:51004/done#x", "http://127.0.0.1:/done", "http://127.0.0.1:a/done"),
        *("http://127.0.0.1:123456/done", "http://127.0.0.1:1:2/done", "http://127.0.0.1:51004/done\n"),
        *(
            "http://127.0.0.1:51004@evil.example/done",
            "http://u@127.0.0.1:51004/done",
            "http://127.0.0.1.evil.example/done",
        ),
        *("http://127.0.0.1:\u0661/done", "http://127.0.0.2:51004/done", "http://127.1/done", "http://0x7f.0.0.1/done"),
        *("http://localhost:51004/done", "http://[::1]:51004/done", "http://[::ffff:127.0.0.1]/done"),
        *("https://127.0.0.1:51004/done", "HTTP://127.0.0.1:51004/done", "http:127.0.0.1:51004/done"),
    ],
)
def test_rfc8252_7_3_nothing_but_the_port_differs(signed_in: Client, uri: str) -> None:
    credentials = register(public=True, redirect_uris="http://127.0.0.1/done")

    assert signed_in.get(authorization_url(credentials["client_id"], redirect_uri=uri)).status_code == 400


@pytest.mark.parametrize(
    "uri",
    [
        *("http://localhost/", "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/", "http://127.0.0.2/"),
        *("HTTP://evil.example/", "http://[::2]/", "http://0.0.0.0/", "http://127.0.0.1:1@evil.example/"),
    ],
)
def test_rfc8252_8_3_http_is_for_loopback_addresses(uri: str) -> None:
    with pytest.raises(ValidationError):
        register_cleanly(uri)


# RFC 8414 and OpenID Connect Discovery 1.0


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
def test_rfc8414_2_nothing_is_advertised_that_is_not_offered(name: str) -> None:
    metadata = Client().get(f"/.well-known/{name}").json()

    assert metadata["issuer"] == "http://testserver"
    assert metadata["response_types_supported"] == ["code"]
    assert set(metadata["grant_types_supported"]) == {"authorization_code", "client_credentials", "refresh_token"}
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["id_token_signing_alg_values_supported"] == ["RS256"]
    assert set(metadata["token_endpoint_auth_methods_supported"]) == {
        *("client_secret_basic", "client_secret_post", "none")
    }
    assert set(metadata["scopes_supported"]) == {"openid", "profile", "email", "api:read", "api:write"}
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert not {"device_authorization_endpoint", "registration_endpoint", "end_session_endpoint"} & set(metadata)
    for key, url in metadata.items():
        if key.endswith("_endpoint") or key == "jwks_uri":
            resolve(url.removeprefix("http://testserver"))


@pytest.mark.parametrize(
    "path", ["device/", "device-authorization/", "applications/", "applications/register/", "register/", "logout/"]
)
def test_rfc8628_and_rfc7591_there_is_no_device_grant_and_nobody_registers_clients(path: str) -> None:
    for prefix in ("/oauth2/", "/o/", "/"):
        with pytest.raises(Resolver404):
            resolve(prefix + path)


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password", "username": "ada@example.com", "password": PASSWORD},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
        {"grant_type": "implicit"},
        {"grant_type": ""},
        {},
    ],
)
@pytest.mark.parametrize("grant", [value for value, _ in Application.GRANT_TYPES])
def test_rfc9700_2_4_no_other_grant_is_honoured(user: User, form: dict[str, str], grant: str) -> None:
    credentials = register(authorization_grant_type=grant)

    response = Client().post(TOKEN, form | credentials)

    assert error_of(response) in {(400, "unsupported_grant_type"), (400, "invalid_request")}


# RFC 9700: best current practice for security


def test_rfc9700_4_14_2_a_refresh_token_is_honoured_once_and_ends_its_family(
    client_of_app: Credentials, user: User, api: str
) -> None:
    first = tokens_for(user, client_of_app)
    other = tokens_for(user, client_of_app)
    second = refresh(client_of_app, first["refresh_token"]).json()
    third = refresh(client_of_app, second["refresh_token"]).json()
    assert me(api, first["access_token"]).status_code == 401
    assert me(api, third["access_token"]).status_code == 200

    assert error_of(refresh(client_of_app, first["refresh_token"])) == (400, "invalid_grant")

    assert me(api, third["access_token"]).status_code == 401
    assert error_of(refresh(client_of_app, third["refresh_token"])) == (400, "invalid_grant")
    assert me(api, other["access_token"]).status_code == 200


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_rfc9700_4_5_of_simultaneous_requests_one_redeems_a_code(browser: Client, user: User, api: str) -> None:
    credentials = register()
    browser.force_login(user)
    code = allow(browser, authorization_url(credentials["client_id"]))

    responses = at_once(lambda: redeem(credentials, code))

    assert sorted(response.status_code for response in responses) == [200, 400, 400, 400]
    # The others have used it a second time.
    [won] = [response.json() for response in responses if response.status_code == 200]
    assert me(api, won["access_token"]).status_code == 401
    assert AccessToken.objects.count() == 0


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_rfc9700_4_14_2_of_simultaneous_requests_one_uses_a_refresh_token(user: User, api: str) -> None:
    credentials = register()
    token = tokens_for(user, credentials)["refresh_token"]

    responses = at_once(lambda: refresh(credentials, token))

    assert sorted(response.status_code for response in responses) == [200, 400, 400, 400]
    [won] = [response.json() for response in responses if response.status_code == 200]
    assert me(api, won["access_token"]).status_code == 401
    assert not RefreshToken.objects.filter(revoked=None).exists()


def at_once(request: Any) -> list[Any]:
    """Return the responses to the same request, sent several times at the same moment."""
    start = Barrier(SIMULTANEOUS)

    def send() -> Any:
        start.wait(timeout=30)
        return request()

    with Threads(SIMULTANEOUS) as threads:
        return [future.result() for future in [threads.submit(send) for _ in range(SIMULTANEOUS)]]


def test_rfc9700_4_11_2_only_a_validated_request_is_redirected(client_of_app: Credentials) -> None:
    response = Client().get(authorization_url(client_of_app["client_id"], prompt="none", redirect_uri="https://evil.a"))

    assert response.status_code == 400


# RFC 9207: the issuer


def test_rfc9207_2_answers_and_errors_name_the_issuer(signed_in: Client, client_of_app: Credentials) -> None:
    """Each use of answer_of() compares it."""
    assert allow(signed_in, authorization_url(client_of_app["client_id"]))
    assert answer_of(signed_in.get(authorization_url(client_of_app["client_id"], scope="x")))["error"]


# OpenID Connect Core 1.0


def test_oidc_core_2_the_id_token_is_signed_for_the_client(client_of_app: Credentials, user: User) -> None:
    tokens = tokens_for(user, client_of_app, scope="openid profile email")
    key = jwt.PyJWK(Client().get("/.well-known/jwks.json").json()["keys"][0])

    claims = jwt.decode(
        tokens["id_token"], key, ["RS256"], audience=client_of_app["client_id"], issuer="http://testserver"
    )

    assert (claims["sub"], claims["nonce"]) == (str(user.pk), "n")
    assert (claims["name"], claims["email"]) == (user.name, user.email)
    assert 0 < claims["exp"] - time.time() <= 300
    userinfo = Client().get(USERINFO, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert userinfo.json() == {"sub": str(user.pk), "name": user.name, "email": user.email}
    assert "no-store" in userinfo["Cache-Control"]


def test_oidc_core_2_an_id_token_is_no_access_token(client_of_app: Credentials, user: User, api: str) -> None:
    tokens = tokens_for(user, client_of_app, scope="openid api:read api:write")

    for name in ("id_token", "refresh_token"):
        assert me(api, tokens[name]).status_code == 401
        bearer = {"Authorization": f"Bearer {tokens[name]}"}
        assert Client().get(USERINFO, headers=bearer).status_code == 401
        assert Client().post(INTROSPECT, {"token": tokens[name], **client_of_app}).json() == {"active": False}


def test_oidc_core_5_3_userinfo_is_for_users_and_needs_openid(client_of_app: Credentials, user: User) -> None:
    reader = tokens_for(user, client_of_app, scope="api:read")["access_token"]
    machine = machine_token(register_machine(user), "openid api:read")

    answers = [Client().get(USERINFO, headers={"Authorization": f"Bearer {token}"}) for token in (reader, machine)]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_oidc_core_3_1_2_1_prompt_none_without_a_log_in(client_of_app: Credentials) -> None:
    for scope in ("openid", "api:read"):
        url = authorization_url(client_of_app["client_id"], prompt="none", scope=scope)
        assert answer_of(Client().get(url))["error"] == "login_required"


@pytest.mark.parametrize("scope", ["openid", "api:read"])
def test_oidc_core_3_1_2_1_consent_to_one_client_serves_no_other(signed_in: Client, user: User, scope: str) -> None:
    trusted, other = register(), register(name="Other")
    tokens_for(user, trusted, scope=scope)

    for credentials in (trusted, other):
        silent = authorization_url(credentials["client_id"], prompt="none", scope=scope)
        assert answer_of(signed_in.get(silent))["error"] == "consent_required"
        for asked in ({}, {"approval_prompt": "auto"}, {"prompt": "consent"}):
            url = authorization_url(credentials["client_id"], scope=scope, **asked)
            assert "asks for access" in signed_in.get(url).content.decode()


def test_oidc_core_3_1_2_1_prompt_none_for_a_client_that_skips_consent(signed_in: Client) -> None:
    credentials = register(skip_authorization=True)

    assert answer_of(signed_in.get(authorization_url(credentials["client_id"], prompt="none")))["code"]
    both = authorization_url(credentials["client_id"], prompt="none login")
    assert answer_of(signed_in.get(both))["error"] == "invalid_request"


def test_oidc_core_3_1_2_1_prompt_login_and_max_age_ask_to_log_in_again(
    signed_in: Client, client_of_app: Credentials, user: User
) -> None:
    User.objects.update(last_login=timezone.now() - timezone.timedelta(minutes=10))
    assert signed_in.get(authorization_url(client_of_app["client_id"], max_age="3600")).status_code == 200

    for asked in ({"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}, {"prompt": "login consent"}):
        response = signed_in.get(authorization_url(client_of_app["client_id"], **asked))
        assert response["Location"].startswith("/accounts/reauthenticate/?next=/oauth2/authorize/"), asked
        page = signed_in.get(response["Location"])
        form = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "next")}
        response = signed_in.post("/accounts/reauthenticate/", form | {"password": PASSWORD})
        assert response["Location"].startswith(AUTHORIZE)
        assert signed_in.get(response["Location"]).status_code == 200
        user.refresh_from_db()
        assert user.last_login is not None
        assert time.time() - user.last_login.timestamp() < 30
        User.objects.update(last_login=timezone.now() - timezone.timedelta(minutes=10))
        signed_in.session.flush()
        signed_in.force_login(user)
        User.objects.update(last_login=timezone.now() - timezone.timedelta(minutes=10))


def test_oidc_core_3_1_2_1_who_cannot_log_in_again_is_an_error(signed_in: Client, client_of_app: Credentials) -> None:
    """Somebody who has only ever come from a social provider, and has no verified e-mail address."""
    User.objects.update(password="!")
    EmailAddress.objects.update(verified=False)
    signed_in.force_login(User.objects.get())

    response = signed_in.get(authorization_url(client_of_app["client_id"], prompt="login"))

    assert answer_of(response)["error"] == "login_required"


def test_oidc_core_3_1_2_1_who_has_no_password_logs_in_again_with_a_code(
    signed_in: Client, client_of_app: Credentials
) -> None:
    User.objects.update(password="!", last_login=timezone.now() - timezone.timedelta(minutes=10))
    signed_in.force_login(User.objects.get())
    url = authorization_url(client_of_app["client_id"], prompt="login")

    page = signed_in.get(url, follow=True)
    for name, value in (("recipient", lambda: User.objects.get().email), ("code", mailed_code)):
        form = {field: hidden(page, field) for field in ("csrfmiddlewaretoken", "next")}
        page = signed_in.post(page.request["PATH_INFO"], form | {name: value()}, follow=True)

    assert page.templates[0].name == "oauth2/authorize.html"


# Tokens and their users


@pytest.mark.parametrize("change", ["password", "is_active", "is_active in bulk", "delete"])
def test_codes_and_tokens_of_all_kinds_end_with_password_change_deactivation_and_deletion(
    signed_in: Client, client_of_app: Credentials, user: User, api: str, change: str
) -> None:
    tokens = tokens_for(user, client_of_app)
    machine = register_machine(user, name="Machine")
    machine_tokens = machine_token(machine)
    stranger = tokens_for(UserFactory.create(), client_of_app)
    code = allow(signed_in, authorization_url(client_of_app["client_id"]))
    user.name = "Renamed"
    user.save()
    assert me(api, tokens["access_token"]).status_code == 200

    if change == "password":
        user.set_password("another-long-password")
        user.save()
    elif change == "is_active":
        user.is_active = False
        user.save(update_fields=["is_active"])
    elif change == "is_active in bulk":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.delete()

    assert me(api, tokens["access_token"]).status_code == 401
    assert me(api, machine_tokens).status_code == 401
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert Client().get(USERINFO, headers=bearer).status_code == 401
    assert error_of(refresh(client_of_app, tokens["refresh_token"])) == (400, "invalid_grant")
    assert error_of(redeem(client_of_app, code)) == (400, "invalid_grant")
    assert me(api, stranger["access_token"]).status_code == 200


# Malformed input


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "%zz", "\ud800", "é", "http://["])
def test_malformed_forms_are_never_a_5xx(client_of_app: Credentials, value: str) -> None:
    form = {"grant_type": "authorization_code", "code": "c", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    form |= client_of_app | {"scope": "api:read", "refresh_token": "r", "token": "t"}
    for name in form:
        body = "&".join(f"{key}={text}" for key, text in (form | {name: value}).items())
        for path in (TOKEN, REVOKE, INTROSPECT, USERINFO, f"{TOKEN}?a=%zz", f"{TOKEN}?client_id=%00"):
            encoded = body.encode("utf-8", "surrogatepass")
            response = Client().generic("POST", path, encoded, content_type="application/x-www-form-urlencoded")
            if response.status_code != 200:
                assert 400 <= response.status_code < 500, (name, path, response.content)
                assert path == USERINFO or "error" in response.json(), (name, path, response.content)


@pytest.mark.parametrize(
    "name",
    [
        *("client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "max_age", "prompt", "claims"),
        *("resource", "ui_locales", "id_token_hint", "response_mode", "request", "request_uri"),
    ],
)
def test_malformed_authorization_requests_are_never_a_5xx(
    signed_in: Client, client_of_app: Credentials, name: str
) -> None:
    for value in ("%00", "x" * 5000, "%zz", "%ED%A0%80", "%C3%A9", "http://[", "9" * 5000, "[", "[1]", "{}", "null"):
        added = f"{authorization_url(client_of_app['client_id'])}&{name}={value}"
        replaced = f"{authorization_url(**{'client_id': client_of_app['client_id'], name: None})}&{name}={value}"
        for url in (added, replaced):
            page = signed_in.get(url)
            assert page.status_code < 500, value
            if page.status_code == 200:
                token = hidden(page, "csrfmiddlewaretoken")
                assert signed_in.post(url, {"csrfmiddlewaretoken": token, "allow": "yes"}).status_code < 500, value


@pytest.mark.parametrize("token", ["a.b.c", "e30.e30.", "\x7f", "é", "x" * 10_000, "eyJ.eyJ.x", ""])
def test_malformed_bearer_tokens_are_refused(api: str, token: str) -> None:
    for path in (f"{api}users/me/", USERINFO):
        header = f"Bearer {token}".encode().decode("latin-1")
        assert Client().get(path, HTTP_AUTHORIZATION=header).status_code == 401
