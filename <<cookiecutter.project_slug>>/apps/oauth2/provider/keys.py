"""The RSA keys that sign ID tokens: from the environment, or made on a developer's machine."""

import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


def split_pem(bundle: str) -> list[str]:
    """Return the RSA private keys (PEM) in a text, in order. Raises ValueError for anything else, and for weak keys."""
    blocks = [match.group(0) for match in PEM_BLOCK.finditer(bundle)]
    try:
        keys = [serialization.load_pem_private_key(block.encode(), password=None) for block in blocks]
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError from error
    strong = all(isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048 for key in keys)  # RFC 7518, 3.3
    if PEM_BLOCK.sub("", bundle).strip() or not strong:
        raise ValueError
    return blocks


def local_private_key(path: Path) -> str:
    """Return the RSA key (PEM) in a file, which reloads and worker processes share. Make the file on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        path.write_bytes(key.private_bytes(*pem, serialization.NoEncryption()))
    return path.read_text()
