"""A passkey from registration to log-in, with a security key made of software."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from apps.accounts.models import User
from proofs.accounts.signing_in import PASSWORD

CREDENTIAL_ID = b"software-key"
# User present, user verified; registration adds: credential data included.
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SecurityKey:
    """Makes and uses one key pair, for one domain."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self.key = ec.generate_private_key(ec.SECP256R1())

    def client_data(self, kind: str, challenge: str) -> bytes:
        """Return what a browser on the domain adds."""
        return bytes(CollectedClientData.create(type=kind, challenge=challenge, origin=f"https://{self.domain}"))

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the credential for creation options."""
        public_key = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # fido2 has types in part
        credential = AttestedCredentialData.create(b"\0" * 16, CREDENTIAL_ID, public_key)
        domain_hash = hashlib.sha256(self.domain.encode()).digest()
        data = AuthenticatorData.create(domain_hash, FLAGS | AuthenticatorData.FLAG.AT, 0, credential)
        return {
            **self.identification(),
            "response": {
                "clientDataJSON": websafe_encode(self.client_data("webauthn.create", options["challenge"])),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def sign_in(self, options: dict[str, Any], user_handle: str) -> dict[str, Any]:
        """Return the credential for request options."""
        data = AuthenticatorData.create(hashlib.sha256(self.domain.encode()).digest(), FLAGS, 1)
        client_data = self.client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            **self.identification(),
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": user_handle,
            },
        }

    def identification(self) -> dict[str, str]:
        """Return what both answers begin with."""
        return {"id": websafe_encode(CREDENTIAL_ID), "rawId": websafe_encode(CREDENTIAL_ID), "type": "public-key"}


def post(client: Client, path: str, body: object) -> Any:
    """Return the answer to a POST under the first headless client; cookies and session tokens alike."""
    url = f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/{path}"
    return keep_session(client, client.post(url, json.dumps(body), content_type="application/json"))


def get(client: Client, path: str) -> Any:
    """Return the answer to a GET."""
    return keep_session(client, client.get(f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/{path}"))


def keep_session(client: Client, response: Any) -> Any:
    """Send the session token from now on, where there is one."""
    answer = response.json()
    if token := answer.get("meta", {}).get("session_token"):
        client.defaults["HTTP_X_SESSION_TOKEN"] = token
    return response


@pytest.mark.parametrize(("configured", "domain"), [("", "testserver"), ("example.com", "app.example.com")])
def test_a_passkey_is_registered_and_logs_in(user: User, settings: Any, configured: str, domain: str) -> None:
    settings.WEBAUTHN_DOMAIN = configured
    key = SecurityKey(configured or domain)
    client = Client()
    assert post(client, "auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200
    assert post(client, "auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    options = get(client, "account/authenticators/webauthn?passwordless").json()["data"]["creation_options"][
        "publicKey"
    ]
    body = {"name": "Key", "credential": key.register(options)}
    response = post(client, "account/authenticators/webauthn", body)
    assert response.status_code == 200, response.content

    stranger = Client()
    request = get(stranger, "auth/webauthn/login").json()["data"]["request_options"]["publicKey"]
    body = {"credential": key.sign_in(request, options["user"]["id"])}
    response = post(stranger, "auth/webauthn/login", body)
    assert response.status_code == 200, response.content
    assert response.json()["data"]["user"]["email"] == user.email
    assert post(Client(), "auth/webauthn/login", body).status_code == 400  # not again, and not without the challenge
