"""The provider's private keys: from the environment, or made on a developer's machine."""

import re
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


def private_keys() -> list[str]:
    """Return the PEM blocks of OIDC_PRIVATE_KEY in order; without it, as in development, the key in OIDC_LOCAL_KEY."""
    return split_pem(settings.OIDC_PRIVATE_KEY) or [local_private_key(settings.OIDC_LOCAL_KEY)]


def split_pem(bundle: str) -> list[str]:
    """Return the PEM blocks in a text, in order; an empty list if there are none."""
    return [match.group(0) for match in PEM_BLOCK.finditer(bundle)]


def local_private_key(path: Path) -> str:
    """Return the RSA key (PEM) in a file, which reloads and worker processes share. Make the file on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        path.write_bytes(key.private_bytes(*pem, serialization.NoEncryption()))
    return path.read_text()
