"""Whatever is sent to any of allauth's endpoints, the answer is not a 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD


def paths(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Yield the paths below `patterns`."""
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from paths(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/_allauth/"):
            yield path.replace("<str:provider_id>", "google").replace("<str:", "x")


PATHS = sorted(set(paths(get_resolver().url_patterns)))

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "ada@example.com",
            "ADA@example.com",
            "ſx@example.org",
            '"\x01"@example.org',
            "a@b\x00.c",
            PASSWORD,
            "x" * 300,
            "\x00",
            "\ud800",
            "1",
            "-1",
            "9" * 30,
            "login",
            "connect",
            "google",
            "/next",
            "https://evil.example.com",
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
        ]
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CREDENTIAL = st.dictionaries(
    st.sampled_from(["id", "rawId", "type", "response", "clientExtensionResults", "authenticatorAttachment"]),
    TEXTS
    | st.dictionaries(
        st.sampled_from(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]), TEXTS
    ),
)
FIELDS = {
    **dict.fromkeys(("email", "password", "name", "key", "code", "refresh_token", "provider", "process", "callback_url", "phone", "new_password", "current_password", "primary", "account", "id", "session", "username", "verified"), TEXTS | VALUES),
    "token": VALUES | st.fixed_dictionaries({"client_id": TEXTS, "id_token": TEXTS, "access_token": TEXTS}),
    "authenticators": VALUES,
    "sessions": VALUES,
    "credential": VALUES | CREDENTIAL,
}  # fmt: skip
BODIES = st.one_of(
    st.fixed_dictionaries({}, optional=FIELDS).map(lambda body: json.dumps(body).encode()),
    VALUES.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=50),
)


@pytest.fixture
def _no_limits(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RATE_LIMITS = False
    settings.AXES_ENABLED = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [{"client_id": "x", "secret": "y"}]}}


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("_no_limits")
@pytest.mark.parametrize("path", PATHS)
def test_no_input_is_a_500(user: User, path: str) -> None:
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    signed_in = Client()
    signed_in.force_login(user)

    @hypothesis_settings(
        max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        body=BODIES,
        method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
        query=st.sampled_from(["", "?client_id=%00", "?email=%00", "?a=%zz"]),
        anonymous=st.booleans(),
    )
    def answer(body: bytes, method: str, query: str, anonymous: bool) -> None:  # noqa: FBT001 - hypothesis calls it
        client = Client() if anonymous else signed_in
        headers = {"X-Session-Token": "x", "X-Email-Verification-Key": "x", "X-Password-Reset-Key": "x"}
        if not anonymous:
            headers = {}
        response = client.generic(method, f"{path}{query}", body, content_type="application/json", headers=headers)
        assert response.status_code < 500
        if not anonymous and User.objects.filter(pk=user.pk, is_active=True).exists():
            signed_in.force_login(user)

    answer()


def test_every_endpoint_is_there() -> None:
    for client in settings.HEADLESS_CLIENTS:
        assert f"/_allauth/{client}/v1/auth/signup" in PATHS
