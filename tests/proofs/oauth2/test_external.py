"""Access tokens of an outside identity provider."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.oauth2 import external
from proofs.config.loading import load, refusal
from proofs.oauth2.flows import me, register, tokens_for
from proofs.oauth2.issuer import AUDIENCE, Issuer, running_issuer

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """An identity provider that the API trusts."""
    external.key_client.cache_clear()
    with running_issuer() as issuer:
        settings.OIDC_ISSUER = settings.OIDC_PROVIDER = issuer.url
        settings.OIDC_AUDIENCE = AUDIENCE
        settings.OAUTH2_TOKENS = ["apps.oauth2.external.authenticate", *settings.OAUTH2_TOKENS]
        yield issuer
    external.key_client.cache_clear()


@pytest.fixture
def known(issuer: Issuer, user: User) -> User:
    """The user whom the provider calls ada."""
    SocialAccount.objects.create(user=user, provider=issuer.url, uid="ada")
    return user


def test_a_token_opens_the_api_for_its_subject(
    issuer: Issuer, known: User, api: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = issuer.token()

    with django_assert_num_queries(1):
        assert me(api, token).json()["email"] == known.email
    assert me(api, issuer.token(aud=["other", AUDIENCE])).status_code == 200
    assert issuer.requests == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize("claims", [{"scope": None, "scp": "api:write"}, {"scope": None, "scp": ["api:write"]}])
def test_its_scopes_decide(issuer: Issuer, known: User, api: str, claims: dict[str, Any]) -> None:
    token = issuer.token(**claims)

    assert me(api, token, "PATCH").status_code == 200
    refused = me(api, token)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    assert me(api, issuer.token(scope=None)).status_code == 403  # an ID token has none


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-api"},
        {"aud": []},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"nbf": time.time() + 3600},
        {"iat": time.time() + 3600},
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"sub": "somebody else"},
        {"sub": "ADA"},
    ],
)
def test_other_claims_are_refused(issuer: Issuer, known: User, api: str, claims: dict[str, Any]) -> None:
    assert me(api, issuer.token(**claims)).status_code == 401


def test_only_signatures_with_a_published_key_count(issuer: Issuer, known: User, api: str) -> None:
    with running_issuer() as stranger:
        stranger.url = issuer.url
        foreign = stranger.token()
    public = issuer.keys[issuer.kid].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, body, signature = issuer.token().split(".")
    kid = {"kid": issuer.kid}
    forged = [
        foreign,
        jwt.encode(issuer.claims(), None, "none", headers=kid),
        jwt.encode(issuer.claims(), "x" * 64, "HS256", headers=kid),
        hs256_with(pem, issuer),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        issuer.token(headers={"kid": "../../etc/passwd"}),
        issuer.token(headers={"jku": "https://evil.example.com/keys", "kid": "evil"}),
    ]

    assert [me(api, token).status_code for token in forged] == [401] * len(forged)


def hs256_with(public_key: bytes, issuer: Issuer) -> str:
    """Return a token signed with the public key as a shared one (RFC 8725, 2.1), which PyJWT refuses to make."""
    import base64  # noqa: PLC0415
    import hmac  # noqa: PLC0415
    import json  # noqa: PLC0415

    def encoded(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    header = {"alg": "HS256", "typ": "JWT", "kid": issuer.kid}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, issuer.claims()))
    return f"{signed}.{encoded(hmac.digest(public_key, signed.encode(), 'sha256'))}"


def test_a_new_key_is_fetched_once_and_unknown_ones_do_not_hammer(
    issuer: Issuer, known: User, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert me(api, issuer.token()).status_code == 200
    for number in range(5):
        assert me(api, issuer.token(headers={"kid": f"unknown-{number}"})).status_code == 401
    assert issuer.requests.count("/keys") == 1
    issuer.rotate()

    monkeypatch.setattr(external.key_client(issuer.url), "_last_successful_fetch", time.monotonic() - 31)

    assert me(api, issuer.token()).status_code == 200
    assert issuer.requests.count("/keys") == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"delay": 1.0},
        {"url": "https://other.example.com"},
        {"answer": lambda path: "<html>"},
        {"answer": lambda path: {"keys": []}},
    ],
)
def test_a_provider_that_fails_is_a_503_within_a_bounded_time(
    issuer: Issuer, known: User, api: str, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "TIMEOUT", 0.2)
    token = issuer.token()
    for name, value in fault.items():
        setattr(issuer, name, value)

    response = me(api, token)
    begun = time.monotonic()
    again = me(api, token)

    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response["Retry-After"] == "1"
    assert again.status_code == 503
    assert time.monotonic() - begun < 0.15  # without asking once more
    assert len(issuer.requests) == 1


@pytest.mark.parametrize("keys", [[], {"keys": []}, {"keys": [{"kty": "oct"}]}])
def test_keys_that_cannot_be_read_are_a_503(
    issuer: Issuer, known: User, api: str, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = issuer.answer
    monkeypatch.setattr(issuer, "answer", lambda path: keys if path == "/keys" else answer(path))

    assert [me(api, issuer.token()).status_code for _ in range(2)] == [503, 503]


def test_what_it_says_is_kept_while_it_is_away(issuer: Issuer, known: User, api: str) -> None:
    assert me(api, issuer.token()).status_code == 200
    issuer.status = 500

    assert me(api, issuer.token()).status_code == 200


def test_an_unknown_subject_is_refused_or_created_by_setting(issuer: Issuer, api: str, settings: Any) -> None:
    existing = User.objects.create_user("grace@example.com", name="Somebody")
    token = issuer.token(sub="grace", email=existing.email, email_verified=True, name="Grace", scope="api:read")
    assert me(api, token).status_code == 401
    settings.OIDC_CREATE_USERS = True

    first, second = me(api, token).json(), me(api, token).json()

    assert first == second
    assert first["name"] == "Grace"
    assert first["id"] != existing.pk  # an address alone makes nobody somebody else
    created = User.objects.get(pk=first["id"])
    assert not created.has_usable_password()
    assert not created.is_staff
    assert SocialAccount.objects.get(user=created).uid == "grace"


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("subject", ["", "ada\0", "\ud800", "x" * 256])
def test_a_subject_that_no_database_keeps_is_refused(
    issuer: Issuer, known: User, api: str, settings: Any, subject: str, *, create: bool
) -> None:
    settings.OIDC_CREATE_USERS = create

    assert me(api, issuer.token(sub=subject)).status_code == 401


@pytest.mark.parametrize(("name", "kept"), [("A\0da", "Ada"), ("Ada\ud800", "Ada"), (None, ""), ([], "")])
def test_a_name_is_made_fit_for_the_database(issuer: Issuer, api: str, settings: Any, name: Any, kept: str) -> None:
    settings.OIDC_CREATE_USERS = True

    assert me(api, issuer.token(name=name)).json()["name"] == kept


def test_a_user_who_is_deactivated_stays_out(issuer: Issuer, known: User, api: str, settings: Any) -> None:
    settings.OIDC_CREATE_USERS = True
    User.objects.update(is_active=False)

    assert me(api, issuer.token()).status_code == 401


def test_tokens_of_our_own_still_count(issuer: Issuer, known: User, api: str) -> None:
    assert me(api, tokens_for(known, register())["access_token"]).status_code == 200
    assert issuer.requests == []


def test_it_is_switched_on_by_two_variables() -> None:
    assert "apps.oauth2.external.authenticate" not in load().OAUTH2_TOKENS
    both = {"OIDC_ISSUER": "https://sso.example.com/realms/main", "OIDC_AUDIENCE": "shop"}
    loaded = load(**both)
    assert loaded.OAUTH2_TOKENS[0] == "apps.oauth2.external.authenticate"
    assert both["OIDC_ISSUER"] == loaded.OIDC_PROVIDER
    server = {
        "SOCIAL_LOGIN_PROVIDERS": "openid_connect",
        "OPENID_CONNECT_CLIENT_ID": "id",
        "OPENID_CONNECT_CLIENT_SECRET": "secret",
        "OPENID_CONNECT_SERVER_URL": "https://sso.example.com/realms/main/.well-known/openid-configuration",
    }
    assert load(**both, **server).OIDC_PROVIDER == "oidc"
    assert "OIDC_AUDIENCE is missing" in refusal(OIDC_ISSUER="https://sso.example.com")
    assert "OIDC_ISSUER must be a URL" in refusal(OIDC_ISSUER="http://sso.example.com", OIDC_AUDIENCE="shop")
