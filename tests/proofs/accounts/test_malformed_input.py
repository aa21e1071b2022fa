"""What allauth makes of hostile input: never a 500."""

import json

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD
from proofs.accounts.test_passkeys import post

BODIES = {
    "deep": b"[" * 100_000,
    "surrogate": b'{"email": "ada@example.com", "password": "\\ud800", "refresh_token": "\\ud800"}',
    "not JSON": b"\xff\xfe",
    "list": b"[]",
    "no raw id": json.dumps({"credential": {"id": "x"}}).encode(),
    "other id": json.dumps({"credential": {"id": "x", "rawId": "y"}}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    "path", ["auth/login", "auth/signup", "auth/webauthn/login", "tokens/refresh", "account/phone"]
)
def test_malformed_input_is_the_clients_fault(user: User, path: str, body: bytes) -> None:
    for kind in settings.HEADLESS_CLIENTS:
        for method in ("POST", "PUT"):
            response = Client().generic(method, f"/_allauth/{kind}/v1/{path}", body, content_type="application/json")
            assert 400 <= response.status_code < 500, response.content


def test_an_infinite_number_is_the_clients_fault(user: User) -> None:
    client = Client()
    assert post(client, "auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200
    url = f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/account/authenticators/webauthn"

    response = client.put(url, '{"id": 1e999, "name": "Key"}', content_type="application/json")

    assert response.status_code == 400, response.content
