"""First-party JSON Web Tokens, from sign-up to log-out, against every mounted API."""

import base64
import json
import secrets
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from allauth.headless.tokens.strategies.jwt import internal
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD, mailed_code

AUTH = "/_allauth/app/v1/auth/"
ACCOUNT = "/_allauth/app/v1/account/"
REFRESH = "/_allauth/app/v1/tokens/refresh"


def call(
    client: Client, method: str, url: str, body: object = None, *, session: str = "", access: str = ""
) -> tuple[int, dict[str, Any]]:
    """Return status and JSON of a call with either token."""
    headers = {}
    if session:
        headers["X-Session-Token"] = session
    if access:
        headers["Authorization"] = f"Bearer {access}"
    response = client.generic(method, url, json.dumps(body or {}), content_type="application/json", headers=headers)
    return response.status_code, response.json()


def log_in(client: Client, email: str = "ada@example.com", password: str = PASSWORD) -> dict[str, str]:
    """Return session_token, access_token and refresh_token."""
    status, answer = call(client, "POST", f"{AUTH}login", {"email": email, "password": password})
    assert status == 200, answer
    meta: dict[str, str] = answer["meta"]
    return meta


def totp_code(secret: str) -> str:
    """Return what an authenticator application would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.django_db
def test_a_new_user_signs_up_verifies_and_uses_the_api(client: Client, api: str) -> None:
    sign_up = {"email": "New@Example.com", "password": PASSWORD, "name": "Neo"}
    status, answer = call(client, "POST", f"{AUTH}signup", sign_up)
    assert status == 401
    assert {"id": "verify_email", "is_pending": True} in answer["data"]["flows"]
    session = answer["meta"]["session_token"]

    status, answer = call(client, "POST", f"{AUTH}email/verify", {"key": mailed_code()}, session=session)
    assert status == 200, answer
    assert answer["data"]["user"]["email"] == "new@example.com"

    status, answer = call(client, "GET", f"{api}users/me/", access=answer["meta"]["access_token"])
    assert (status, answer["email"], answer["name"]) == (200, "new@example.com", "Neo")
    assert not client.cookies


@pytest.mark.django_db
def test_sign_up_does_not_tell_whether_an_address_is_taken(client: Client, user: User) -> None:
    answers = []
    for email in (user.email, "unknown@example.com"):
        status, answer = call(client, "POST", f"{AUTH}signup", {"email": email, "password": PASSWORD})
        answer["meta"].pop("session_token")
        answers.append((status, answer))
    assert answers[0] == answers[1]
    assert "already exists" in mail.outbox[0].body


@pytest.mark.django_db
def test_a_wrong_code_is_an_error_on_the_key(client: Client) -> None:
    _, answer = call(client, "POST", f"{AUTH}signup", {"email": "new@example.com", "password": PASSWORD})
    session = answer["meta"]["session_token"]
    status, answer = call(client, "POST", f"{AUTH}email/verify", {"key": "WRONG"}, session=session)
    assert status == 400
    assert answer["errors"][0] == {"message": "Incorrect code.", "code": "incorrect_code", "param": "key"}


def test_the_token_is_all_that_a_request_needs(
    client: Client, api: str, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    access = log_in(client)["access_token"]
    with django_assert_num_queries(1):
        status, answer = call(client, "GET", f"{api}users/me/", access=access)
    assert (status, answer["id"]) == (200, user.pk)
    status, answer = call(client, "PATCH", f"{api}users/me/", {"name": "Ada L."}, access=access)
    assert (status, answer["name"]) == (200, "Ada L.")


def test_more_spaces_before_the_token_change_nothing(client: Client, api: str, user: User) -> None:
    token = log_in(client)["access_token"]

    assert client.get(f"{api}users/me/", headers={"Authorization": f"bearer   {token}"}).status_code == 200


def test_without_a_token_the_answer_is_401(client: Client, api: str, db: None) -> None:
    response = client.get(f"{api}users/me/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response.json()["code"] == "not_authenticated"


def forged(payload: dict[str, object], key: str = "", algorithm: str = "HS256") -> str:
    """Return a token like allauth's, signed with our key unless told otherwise."""
    claims = {"jti": "x", "sub": "1", "sid": "eHg=", "token_use": "access", "exp": int(time.time()) + 60, **payload}
    return jwt.encode(claims, key if algorithm == "none" else key or settings.SECRET_KEY, algorithm=algorithm)


def bad_tokens() -> dict[str, str]:
    """Return tokens that must not get in, by what is wrong with them."""
    deep = base64.urlsafe_b64encode(b"[" * 20_000).rstrip(b"=").decode()
    return {
        "empty": "",
        "word": "garbage",
        "two words": "a b",
        "dots": "...",
        "two dots": "a.b.c",
        "not ascii": "é.ü.ß",
        "NUL": "a\x00.b.c",
        "deep header": f"{deep}.e30.x",
        "very long": "a" * 60_000,
        "expired": forged({"exp": int(time.time()) - 1}),
        "other key": forged({}, key="k" * 32),
        "unsigned": forged({}, algorithm="none"),
        "refresh token": forged({"token_use": "refresh"}),
        "unknown user": forged({"sub": "999999"}),
        "huge user id": forged({"sub": "9" * 40}),
        "user id is a word": forged({"sub": "x"}),
        "no subject": forged({"sub": ""}),
        "numeric subject": jwt.encode({"sub": "1", "token_use": "access"}, settings.SECRET_KEY, algorithm="HS256"),
    }


@pytest.mark.parametrize("wrong", bad_tokens())
def test_a_bad_token_is_401_and_nothing_else(client: Client, api: str, user: User, wrong: str) -> None:
    response = client.get(f"{api}users/me/", headers={"Authorization": f"Bearer {bad_tokens()[wrong]}"})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
    assert response.json()["code"] == "authentication_failed"
    assert response.json()["errors"] == []


def test_a_bad_token_is_not_made_good_by_a_cookie(client: Client, api: str, user: User) -> None:
    client.force_login(user)
    response = client.get(f"{api}users/me/", headers={"Authorization": "Bearer a.b.c"})
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")


def test_a_token_dies_with_its_user(client: Client, api: str, user: User) -> None:
    access = log_in(client)["access_token"]
    User.objects.update(is_active=False)
    assert call(client, "GET", f"{api}users/me/", access=access)[0] == 401
    User.objects.all().delete()
    assert call(client, "GET", f"{api}users/me/", access=access)[0] == 401


def test_a_session_token_does_not_open_the_api(client: Client, api: str, user: User) -> None:
    tokens = log_in(client)
    assert call(client, "GET", f"{api}users/me/", session=tokens["session_token"])[0] == 401
    assert call(client, "GET", f"{api}users/me/", access=tokens["refresh_token"])[0] == 401


def test_refresh_rotates(client: Client, api: str, user: User) -> None:
    refresh = log_in(client)["refresh_token"]
    for _ in range(3):
        status, answer = call(client, "POST", REFRESH, {"refresh_token": refresh})
        assert status == 200
        assert call(client, "GET", f"{api}users/me/", access=answer["data"]["access_token"])[0] == 200
        refresh = answer["data"]["refresh_token"]


def test_a_refresh_token_used_again_ends_its_session(client: Client, user: User) -> None:
    """RFC 9700, 4.14.2: either the owner or a thief has the token, and nobody knows which."""
    tokens = log_in(client)
    other = log_in(Client())
    _, answer = call(client, "POST", REFRESH, {"refresh_token": tokens["refresh_token"]})

    assert call(client, "POST", REFRESH, {"refresh_token": tokens["refresh_token"]}) == (400, {"status": 400})

    assert call(client, "POST", REFRESH, {"refresh_token": answer["data"]["refresh_token"]})[0] == 400
    assert call(client, "GET", f"{AUTH}session", session=tokens["session_token"])[0] == 410
    assert call(client, "POST", REFRESH, {"refresh_token": other["refresh_token"]})[0] == 200


@pytest.mark.parametrize("suffix", ["=", "==", "\n", " "])
def test_a_refresh_token_spelled_differently_is_the_same_token(client: Client, user: User, suffix: str) -> None:
    refresh = log_in(client)["refresh_token"]
    statuses = [call(client, "POST", REFRESH, {"refresh_token": token})[0] for token in (refresh, refresh + suffix)]
    assert statuses == [200, 400]


def test_a_refresh_token_cannot_be_used_twice_at_once(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = log_in(client)["refresh_token"]
    meanwhile: list[int] = []

    def create_access_token(*arguments: Any) -> str:
        """Let a second request with the same token run in the middle of the first."""
        monkeypatch.setattr(internal, "create_access_token", original)
        meanwhile.append(call(Client(), "POST", REFRESH, {"refresh_token": refresh})[0])
        token: str = original(*arguments)
        return token

    original = internal.create_access_token
    monkeypatch.setattr(internal, "create_access_token", create_access_token)
    assert call(client, "POST", REFRESH, {"refresh_token": refresh})[0] == 200
    assert meanwhile == [400]


def test_log_out_ends_refreshing_at_once_and_access_when_it_expires(client: Client, api: str, user: User) -> None:
    tokens = log_in(client)
    access = tokens["access_token"]
    assert (
        call(client, "DELETE", f"{AUTH}session", access=access)[0] == 401
    )  # allauth's way to say: nobody is logged in
    assert call(client, "POST", REFRESH, {"refresh_token": tokens["refresh_token"]})[0] == 400
    assert call(client, "GET", f"{api}users/me/", access=access)[0] == 200


def test_log_out_ends_access_at_once_where_tokens_are_stateful(
    client: Client, api: str, user: User, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
    access = log_in(client)["access_token"]
    with django_assert_num_queries(1):
        assert call(client, "GET", f"{api}users/me/", access=access)[0] == 200
    call(client, "DELETE", f"{AUTH}session", access=access)
    assert call(client, "GET", f"{api}users/me/", access=access)[0] == 401


def test_changing_the_password_ends_all_tokens(client: Client, api: str, user: User) -> None:
    tokens = log_in(client)
    user.set_password("another-long-password")
    user.save()
    assert call(client, "GET", f"{api}users/me/", access=tokens["access_token"])[0] == 401
    assert call(client, "POST", REFRESH, {"refresh_token": tokens["refresh_token"]})[0] == 400
    assert call(client, "GET", f"{AUTH}session", session=tokens["session_token"])[0] in {401, 410}


def test_access_tokens_survive_a_change_of_the_secret_key(client: Client, api: str, user: User, settings: Any) -> None:
    settings.HEADLESS_JWT_PRIVATE_KEY = secrets.token_urlsafe(50)
    access = log_in(client)["access_token"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secrets.token_urlsafe(50), [settings.SECRET_KEY]
    assert call(client, "GET", f"{api}users/me/", access=access)[0] == 200


def test_a_forgotten_password_is_reset_by_code(client: Client, user: User) -> None:
    status, answer = call(client, "POST", f"{AUTH}password/request", {"email": user.email})
    assert status == 401
    session = answer["meta"]["session_token"]
    code = mailed_code()
    body = {"key": code, "password": "a-brand-new-password"}
    status, answer = call(client, "POST", f"{AUTH}password/reset", body, session=session)
    assert status == 401  # the password is set; logging in is the next step
    assert log_in(client, password="a-brand-new-password")


def test_password_reset_answers_the_same_for_an_unknown_address(client: Client, user: User) -> None:
    answers = []
    for email in (user.email, "nobody@example.com"):
        status, answer = call(client, "POST", f"{AUTH}password/request", {"email": email})
        answer.get("meta", {}).pop("session_token", None)
        answers.append((status, answer))
    assert answers[0] == answers[1]


def test_too_many_failed_log_ins_are_slowed_down(client: Client, user: User) -> None:
    wrong = {"email": user.email, "password": "wrong"}
    codes = [call(client, "POST", f"{AUTH}login", wrong)[1]["errors"][0]["code"] for _ in range(6)]
    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"]


def test_an_authenticator_application_is_asked_for_at_log_in(
    client: Client, api: str, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))
    session = log_in(client)["session_token"]
    call(client, "POST", f"{AUTH}reauthenticate", {"password": PASSWORD}, session=session)
    status, answer = call(client, "GET", f"{ACCOUNT}authenticators/totp", session=session)
    assert status == 404
    secret = answer["meta"]["secret"]
    assert answer["meta"]["totp_url"].startswith("otpauth://totp/")
    body = {"code": totp_code(secret)}
    status, answer = call(client, "POST", f"{ACCOUNT}authenticators/totp", body, session=session)
    assert status == 200, answer
    status, answer = call(client, "GET", f"{ACCOUNT}authenticators/recovery-codes", session=session)
    assert status == 200
    recovery_code = answer["data"]["unused_codes"][0]
    now += 30  # the code that enrolled may be spent

    for code in (recovery_code, totp_code(secret)):
        status, answer = call(client, "POST", f"{AUTH}login", {"email": user.email, "password": PASSWORD})
        assert status == 401
        flow = next(flow for flow in answer["data"]["flows"] if flow.get("is_pending"))
        assert (flow["id"], flow["types"]) == ("mfa_authenticate", ["recovery_codes", "totp"])
        assert "access_token" not in answer["meta"]
        pending = answer["meta"]["session_token"]
        assert call(client, "POST", f"{AUTH}2fa/authenticate", {"code": "000000"}, session=pending)[0] == 400
        status, answer = call(client, "POST", f"{AUTH}2fa/authenticate", {"code": code}, session=pending)
        assert status == 200, answer
        assert call(client, "GET", f"{api}users/me/", access=answer["meta"]["access_token"])[0] == 200


def pem() -> str:
    """Return a new RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.mark.parametrize(
    ("algorithm", "new_key"), [("HS256", lambda: secrets.token_urlsafe(50)), ("RS256", pem)], ids=["HS256", "RS256"]
)
def test_tokens_of_a_former_key_are_good_until_it_is_gone(
    client: Client, api: str, user: User, settings: Any, algorithm: str, new_key: Callable[[], str]
) -> None:
    old, new = new_key(), new_key()
    settings.HEADLESS_JWT_ALGORITHM, settings.HEADLESS_JWT_PRIVATE_KEY = algorithm, old
    tokens = log_in(client)

    settings.HEADLESS_JWT_PRIVATE_KEY, settings.JWT_PRIVATE_KEY_FALLBACKS = new, [new_key(), old]
    for path in (f"{api}users/me/", f"{AUTH}session"):
        assert call(client, "GET", path, access=tokens["access_token"])[0] == 200
    status, answer = call(client, "POST", REFRESH, {"refresh_token": tokens["refresh_token"]})
    assert status == 200

    settings.JWT_PRIVATE_KEY_FALLBACKS = []
    for path in (f"{api}users/me/", f"{AUTH}session"):
        assert call(client, "GET", path, access=tokens["access_token"])[0] == 401
    assert call(client, "GET", f"{api}users/me/", access=answer["data"]["access_token"])[0] == 200


def test_a_former_key_prolongs_no_token(client: Client, api: str, user: User, settings: Any) -> None:
    old = secrets.token_urlsafe(50)
    settings.JWT_PRIVATE_KEY_FALLBACKS = [old]

    good = {"sub": str(user.pk), "auth": user.get_session_auth_hash()}
    for claims in ({"exp": int(time.time()) - 1}, {"token_use": "refresh"}, {"auth": ""}):
        assert call(client, "GET", f"{api}users/me/", access=forged({**good, **claims}, key=old))[0] == 401
    assert call(client, "GET", f"{api}users/me/", access=forged(good, key=old))[0] == 200
