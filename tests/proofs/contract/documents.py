"""The OpenAPI documents of the APIs, for tests that go through their operations one by one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from proofs.contract.apis import ROOTS

METHODS = {"get", "post", "put", "patch", "delete"}


def document_at(root: str) -> dict[str, Any]:
    """Return what is served at `schema/` under `root`."""
    document: dict[str, Any] = Client().get(f"{root}schema/", {"format": "json"}).json()
    cache.clear()  # of what the throttle has counted
    return document


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, operation) for every operation in `document`."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def with_id(path: str, pk: object = "{id}") -> str:
    """Return `path` with its parameter, however the framework calls it, as `{id}` or as `pk`."""
    return re.sub(r"\{\w+\}|<int:\w+>", str(pk), path)


DOCUMENTS = {root: document_at(root) for root in ROOTS}

# (root, path, method) of every operation of every API.
OPERATIONS = [
    pytest.param(root, path, method, id=f"{method.upper()} {path}")
    for root, document in DOCUMENTS.items()
    for path, method, _ in operations(document)
]
